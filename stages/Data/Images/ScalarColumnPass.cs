namespace Llava.Data.Images;

static class ScalarColumnPass
{
    public static void Run(RgbImage rows, int first, ReadOnlySpan<int> weights, Span<byte> target)
    {
        var pixels = rows.Pixels;
        for (var i = 0; i < target.Length; i++)
        {
            var sum = ResampleTaps.Rounding;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += pixels[(first + tap) * rows.BytesPerRow + i] * weights[tap];
            target[i] = (byte)Math.Clamp(sum >> ResampleTaps.FractionBits, 0, 255);
        }
    }
}
