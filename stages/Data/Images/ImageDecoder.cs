using System.Buffers;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Images;

/// <summary>
/// Picture files to RGB pixels exactly as Pillow 9.4's <c>Image.open(…).convert("RGB")</c>: alpha is dropped, not blended; a
/// JPEG's EXIF orientation is ignored; of an animation, the first frame. JPEG, PNG, GIF, WebP, TIFF, BMP. Thread-safe.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Where Pillow begins to warn of a decompression bomb (<c>Image.MAX_IMAGE_PIXELS</c>); a picture of 100 megapixels is beyond it.</summary>
    public const long DefaultMaximumPixels = 89_478_485;

    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="DiagnosticException">LLAVA3301 to LLAVA3306, naming the file.</exception>
    public static RgbImage Decode(string path, long maximumPixels = DefaultMaximumPixels)
    {
        byte[]? buffer = null;
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
            var length = checked((int)RandomAccess.GetLength(file));
            buffer = ArrayPool<byte>.Shared.Rent(length);
            var read = 0;
            for (int count; read < length && (count = RandomAccess.Read(file, buffer.AsSpan(read, length - read), read)) > 0;)
                read += count;
            return Decode(buffer.AsSpan(0, read), path, maximumPixels);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ErrorCatalog.ImageMissing.Fails(path, "there is no such image");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OverflowException)
        {
            throw ErrorCatalog.CannotRead.Fails(path, error.Message);
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <param name="name">What the errors call it.</param>
    /// <inheritdoc cref="Decode(string,long)"/>
    public static RgbImage Decode(ReadOnlySpan<byte> file, string name, long maximumPixels = DefaultMaximumPixels)
    {
        if (file.IsEmpty)
            throw ErrorCatalog.ImageEmpty.Fails(name, "the image has 0 bytes");
        var limit = new PixelLimit(name, maximumPixels);
        var format = ImageFormatSniffer.Sniff(file);
        return format switch
        {
            ImageFormat.Unknown => throw ErrorCatalog.ImageFormatUnknown.Fails(name, "not a JPEG, PNG, GIF, WebP, TIFF or BMP image"),
            ImageFormat.Bmp => BmpReader.Read(file, limit),
            ImageFormat.Gif => GifReader.Read(file, limit),
            ImageFormat.Jpeg => JpegReader.Read(file, limit),
            _ => VipsReader.Read(file, format, limit),
        };
    }
}
