namespace Llava.Data.Images;

/// <summary>JPEG by libjpeg-turbo itself where the system has it and the file is an ordinary one, else by libvips: the same pixels and errors.</summary>
static class JpegReader
{
    public static RgbImage Read(ReadOnlySpan<byte> file, PixelLimit limit) =>
        (TurboJpeg.IsPresent ? ReadFast(file, limit) : null) ?? VipsReader.Read(file, ImageFormat.Jpeg, limit);

    /// <returns>Null where libvips has to judge the file.</returns>
    internal static RgbImage? ReadFast(ReadOnlySpan<byte> file, PixelLimit limit)
    {
        using var decompressor = new TurboJpeg.Decompressor();
        if (decompressor.Handle == 0 || !TurboJpeg.TryReadSize(decompressor, file, out var width, out var height))
            return null;
        var image = limit.CreateImage(width, height);
        if (TurboJpeg.TryDecode(decompressor, file, image))
            return image;
        image.Dispose();
        return null;
    }
}
