namespace Llava.Data.Images;

static class BmpReader
{
    public static RgbImage Read(ReadOnlySpan<byte> file, PixelLimit limit) => throw limit.Unsupported("BMP");
}
