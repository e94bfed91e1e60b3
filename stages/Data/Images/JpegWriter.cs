using NetVips;

namespace Llava.Data.Images;

/// <summary>Writes RGB pictures as JPEG at Pillow's default quality, 75.</summary>
public static class JpegWriter
{
    const int Quality = 75;

    /// <param name="output">Left open, at the end of the picture.</param>
    public static unsafe void Write(Stream output, RgbImage picture)
    {
        fixed (byte* pixels = picture.Pixels)
        {
            using var image = Image.NewFromMemory((nint)pixels, (ulong)picture.Pixels.Length, picture.Width, picture.Height, RgbImage.Channels, Enums.BandFormat.Uchar);
            using var rgb = image.Copy(interpretation: Enums.Interpretation.Srgb);
            output.Write(rgb.JpegsaveBuffer(q: Quality, keep: Enums.ForeignKeep.None));
        }
    }
}
