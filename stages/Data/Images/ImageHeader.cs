using System.Buffers.Binary;

namespace Llava.Data.Images;

/// <summary>A picture's size as its first bytes claim it, without decoding anything.</summary>
public static class ImageHeader
{
    /// <summary>Bytes from the front of a file that hold the size, but for a JPEG with long notes before its frame.</summary>
    public const int UsualBytes = 4096;

    const byte JpegStandalone = 0x01;
    const byte JpegStartOfScan = 0xDA;
    const byte JpegEnd = 0xD9;

    /// <param name="start">The front of the file, or all of it.</param>
    /// <returns>Width and height in pixels; null where these bytes do not tell, or the format is not looked into.</returns>
    public static (long Width, long Height)? ReadSize(ReadOnlySpan<byte> start) => ImageFormatSniffer.Sniff(start) switch
    {
        ImageFormat.Png when start.Length >= 24 => (BinaryPrimitives.ReadUInt32BigEndian(start[16..]), BinaryPrimitives.ReadUInt32BigEndian(start[20..])),
        ImageFormat.Gif when start.Length >= 10 => (BinaryPrimitives.ReadUInt16LittleEndian(start[6..]), BinaryPrimitives.ReadUInt16LittleEndian(start[8..])),
        ImageFormat.Jpeg => ReadJpegSize(start),
        _ => null,
    };

    /// <summary>Whether the file goes on to its end mark, as far as its format has one. Trailing bytes do not matter.</summary>
    public static bool ReachesEnd(ReadOnlySpan<byte> file) => ImageFormatSniffer.Sniff(file) switch
    {
        ImageFormat.Png => PngChunks.ReachEnd(file),
        ImageFormat.Jpeg => file.LastIndexOf([(byte)0xFF, JpegEnd]) > 0,
        _ => true,
    };

    static (long Width, long Height)? ReadJpegSize(ReadOnlySpan<byte> file)
    {
        for (var position = 2; position + 9 <= file.Length;)
        {
            var segment = file[position..];
            if (segment[0] != 0xFF)
                return null;
            if (IsStartOfFrame(segment[1]))
                return (BinaryPrimitives.ReadUInt16BigEndian(segment[7..]), BinaryPrimitives.ReadUInt16BigEndian(segment[5..]));
            if (segment[1] is JpegStartOfScan or JpegEnd)
                return null;
            // Fill bytes and marks without a body are one and two bytes long.
            position += segment[1] switch { 0xFF => 1, JpegStandalone or (>= 0xD0 and <= 0xD7) => 2, _ => 2 + BinaryPrimitives.ReadUInt16BigEndian(segment[2..]) };
        }
        return null;
    }

    // 0xC4, 0xC8 and 0xCC lie in between and are tables.
    static bool IsStartOfFrame(byte mark) => mark is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
