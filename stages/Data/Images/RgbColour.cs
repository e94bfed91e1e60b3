namespace Llava.Data.Images;

public readonly record struct RgbColour(byte Red, byte Green, byte Blue)
{
    public static readonly RgbColour Black;

    /// <param name="pixels">A whole number of pixels.</param>
    internal void Fill(Span<byte> pixels)
    {
        if (Red == Green && Green == Blue)
        {
            pixels.Fill(Red);
            return;
        }
        for (var i = 0; i < pixels.Length; i += RgbImage.Channels)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (Red, Green, Blue);
    }
}
