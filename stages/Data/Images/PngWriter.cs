using System.Buffers.Binary;
using System.IO.Compression;

namespace Llava.Data.Images;

/// <summary>Writes 8-bit RGB pictures as PNG. The same pixels give the same bytes: no time, text or gamma chunks.</summary>
public static class PngWriter
{
    const int BytesPerPixel = 3;
    const byte EightBits = 8;
    const byte TrueColour = 2;
    const byte FilterUp = 2;

    static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOfByte)];

    /// <param name="output">Left open, at the end of the picture.</param>
    /// <param name="width">Pixels a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="rgb">(height, width, 3), row by row from the top.</param>
    public static void Write(Stream output, int width, int height, ReadOnlySpan<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * BytesPerPixel)
            throw new ArgumentException($"{width} x {height} pixels need {(long)width * height * BytesPerPixel} bytes, not {rgb.Length}", nameof(rgb));
        output.Write([0x89, .. "PNG\r\n\x1a\n"u8]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = EightBits;
        header[9] = TrueColour;
        WriteChunk(output, "IHDR"u8, header);
        WriteChunk(output, "IDAT"u8, Deflate(rgb, width * BytesPerPixel));
        WriteChunk(output, "IEND"u8, []);
    }

    // Each row as the difference to the one above: flat areas become runs of zeros.
    static ReadOnlySpan<byte> Deflate(ReadOnlySpan<byte> rgb, int bytesPerRow)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + bytesPerRow];
            row[0] = FilterUp;
            for (var start = 0; start < rgb.Length; start += bytesPerRow)
            {
                for (var i = 0; i < bytesPerRow; i++)
                    row[1 + i] = (byte)(rgb[start + i] - (start == 0 ? 0 : rgb[start + i - bytesPerRow]));
                zlib.Write(row);
            }
        }
        return compressed.GetBuffer().AsSpan(0, (int)compressed.Length);
    }

    static void WriteChunk(Stream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        output.Write(number);
        output.Write(type);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        output.Write(number);
    }

    static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    static uint CrcOfByte(int value)
    {
        var crc = (uint)value;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320u ^ (crc >> 1);
        return crc;
    }
}
