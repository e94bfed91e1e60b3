namespace Llava.Data.Images;

sealed class ScalarRowPass(ResampleTaps taps) : IRowPass
{
    public void Run(ReadOnlySpan<byte> source, Span<byte> target)
    {
        for (var x = 0; x < taps.OutputSize; x++)
        {
            var weights = taps.Weights(x)[..taps.Count[x]];
            var pixel = source[(taps.First[x] * RgbImage.Channels)..];
            for (var channel = 0; channel < RgbImage.Channels; channel++)
            {
                var sum = ResampleTaps.Rounding;
                for (var tap = 0; tap < weights.Length; tap++)
                    sum += pixel[tap * RgbImage.Channels + channel] * weights[tap];
                target[x * RgbImage.Channels + channel] = (byte)Math.Clamp(sum >> ResampleTaps.FractionBits, 0, 255);
            }
        }
    }
}
