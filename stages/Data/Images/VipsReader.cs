using Llava.Contracts.Diagnostics;
using NetVips;

namespace Llava.Data.Images;

/// <summary>JPEG, PNG, WebP and TIFF by libvips, which hands over the file's own bands; the rest is <see cref="BandConversion"/>.</summary>
static class VipsReader
{
    const int PngColourTypeOffset = 25;
    const int PngGray = 0;

    // A field, since native code keeps the pointer.
    static readonly Log.LogDelegate Silence = (_, _, _) => { };

    static VipsReader()
    {
        // Pictures are decoded side by side by the callers; a cache of operations would only keep their memory.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        // It writes to the error stream what comes back as an exception, or what Pillow keeps to itself.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Silence);
    }

    public static RgbImage Read(ReadOnlySpan<byte> file, ImageFormat format, PixelLimit limit)
    {
        if (format == ImageFormat.Tiff && !TiffStrips.AreWithin(file))
            throw limit.Truncated("it refers to bytes beyond its end");
        try
        {
            using var source = Source.NewFromMemory(file);
            using var image = Load(source, format);
            limit.Check(image.Width, image.Height);
            var layout = LayoutOf(image, file, format) ?? throw limit.Unsupported($"{format} with {image.Bands} bands of {image.Format}");
            var result = limit.CreateImage(image.Width, image.Height);
            try
            {
                Convert(image, layout, result);
                return result;
            }
            catch
            {
                result.Dispose();
                throw;
            }
        }
        catch (VipsException error)
        {
            var reason = error.Message.ReplaceLineEndings(" ").Trim();
            var isCut = IsTruncation(reason) || (format == ImageFormat.Png && !PngChunks.ReachEnd(file));
            throw isCut ? limit.Truncated(reason) : limit.Corrupt(reason);
        }
    }

    static Image Load(Source source, ImageFormat format)
    {
        const Enums.Access access = Enums.Access.Sequential;
        const Enums.FailOn failOn = Enums.FailOn.Truncated;
        return format switch
        {
            ImageFormat.Jpeg => Image.JpegloadSource(source, access: access, failOn: failOn),
            ImageFormat.Png => Image.PngloadSource(source, access: access, failOn: failOn),
            ImageFormat.WebP => Image.WebploadSource(source, access: access, failOn: failOn),
            // Pillow turns a TIFF upright (alone of all formats), which wants rows out of order.
            _ => Image.TiffloadSource(source, autorotate: true, failOn: failOn),
        };
    }

    static unsafe void Convert(Image image, BandLayout layout, RgbImage result)
    {
        var memory = image.WriteToMemory(out var size);
        try
        {
            BandConversion.ToRgb(new ReadOnlySpan<byte>((void*)memory, checked((int)size)), image.Bands, layout, result.Pixels);
        }
        finally
        {
            NetVips.NetVips.Free(memory);
        }
    }

    static BandLayout? LayoutOf(Image image, ReadOnlySpan<byte> file, ImageFormat format) => (image.Format, image.Bands) switch
    {
        (Enums.BandFormat.Uchar, 1 or 2) => BandLayout.Gray,
        (Enums.BandFormat.Uchar, 4 or 5) when image.Interpretation == Enums.Interpretation.Cmyk => BandLayout.Cmyk,
        (Enums.BandFormat.Uchar, 3 or 4) => BandLayout.Rgb,
        (Enums.BandFormat.Ushort, 1 or 2) when format == ImageFormat.Tiff || file[PngColourTypeOffset] == PngGray => BandLayout.ClippedGray16,
        (Enums.BandFormat.Ushort, 1 or 2) => BandLayout.Gray16,
        (Enums.BandFormat.Ushort, 3 or 4) => BandLayout.Rgb16,
        _ => null,
    };

    // libvips and the libraries below it each say it in their own words.
    static bool IsTruncation(string reason) =>
        reason.Contains("premature end", StringComparison.OrdinalIgnoreCase)
        || reason.Contains("end of stream", StringComparison.OrdinalIgnoreCase)
        || reason.Contains("end of file", StringComparison.OrdinalIgnoreCase)
        || reason.Contains("truncated", StringComparison.OrdinalIgnoreCase)
        || reason.Contains("eof", StringComparison.OrdinalIgnoreCase)
        || reason.Contains("not enough data", StringComparison.OrdinalIgnoreCase);
}
