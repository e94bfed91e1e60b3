using System.Buffers.Binary;

namespace Llava.Data.Images;

static class JpegHeader
{
    const byte StartOfScan = 0xDA;
    const byte Application14 = 0xEE;

    /// <summary>
    /// Adobe's programs store CMYK inverted and leave this marker; libvips turns such files round and leaves others alone,
    /// while Pillow takes every CMYK JPEG to be inverted.
    /// </summary>
    public static bool HasAdobeMarker(ReadOnlySpan<byte> file)
    {
        for (var i = 2; i + 4 <= file.Length && file[i] == 0xFF;)
        {
            var marker = file[i + 1];
            if (marker == 0xFF)
            {
                i++;
                continue;
            }
            if (marker == StartOfScan)
                return false;
            if (marker == Application14 && file[(i + 4)..].StartsWith("Adobe"u8))
                return true;
            i += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(i + 2)..]);
        }
        return false;
    }
}
