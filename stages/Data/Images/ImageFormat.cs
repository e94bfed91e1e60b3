using System.Buffers.Binary;

namespace Llava.Data.Images;

public enum ImageFormat
{
    Unknown,
    Jpeg,
    Png,
    Gif,
    WebP,
    Tiff,
    Bmp,
}

public static class ImageFormatSniffer
{
    /// <summary>By the first bytes: datasets are full of PNGs named <c>.jpg</c>.</summary>
    public static ImageFormat Sniff(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageFormat.Gif,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => ImageFormat.Tiff,
        [(byte)'B', (byte)'M', ..] when start.Length >= 18 && BinaryPrimitives.ReadInt32LittleEndian(start[14..]) is 12 or 40 or 52 or 56 or 64 or 108 or 124 => ImageFormat.Bmp,
        _ => ImageFormat.Unknown,
    };
}
