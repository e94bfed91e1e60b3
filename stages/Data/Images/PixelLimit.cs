using System.Globalization;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Images;

/// <summary>Makes pictures of a file, after its claimed size was found bearable; and that file's errors.</summary>
sealed record PixelLimit(string FileName, long MaximumPixels)
{
    public RgbImage CreateImage(int width, int height)
    {
        Check(width, height);
        return new RgbImage(width, height);
    }

    public void Check(long width, long height)
    {
        if (width < 1 || height < 1)
            throw Corrupt(string.Create(CultureInfo.InvariantCulture, $"its size is {width} x {height}"));
        if (width > MaximumPixels / height)
            throw ErrorCatalog.ImageTooLarge.Fails(FileName, string.Create(CultureInfo.InvariantCulture, $"{width} x {height} pixels are more than the {MaximumPixels} allowed"));
    }

    public DiagnosticException Corrupt(string why) => ErrorCatalog.ImageCorrupt.Fails(FileName, $"the image is corrupt: {why}");

    public DiagnosticException Truncated(string why) => ErrorCatalog.ImageTruncated.Fails(FileName, $"the image ends too early: {why}");

    public DiagnosticException Unsupported(string what) => ErrorCatalog.ImageFormatUnknown.Fails(FileName, $"{what} is not supported");
}
