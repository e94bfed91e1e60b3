namespace Llava.Data.Images;

static class GifReader
{
    public static RgbImage Read(ReadOnlySpan<byte> file, PixelLimit limit) => throw limit.Unsupported("GIF");
}
