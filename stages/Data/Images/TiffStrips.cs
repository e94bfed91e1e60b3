using System.Buffers.Binary;

namespace Llava.Data.Images;

/// <summary>Whether the first picture's strips or tiles lie within the file: libtiff "calculates" what is missing and goes on.</summary>
static class TiffStrips
{
    const int EntryBytes = 12;
    const int StripOffsets = 273;
    const int StripByteCounts = 279;
    const int TileOffsets = 324;
    const int TileByteCounts = 325;
    const int Short = 3;
    const int Long = 4;

    /// <summary>False only for certain: what this cannot read is left to libtiff.</summary>
    public static bool AreWithin(ReadOnlySpan<byte> file)
    {
        var isBigEndian = file[0] == (byte)'M';
        long[] offsets = [], counts = [];
        long directory = Number(file, 4, 4, isBigEndian);
        if (directory + 2 > file.Length)
            return false;
        var entryCount = Number(file, directory, 2, isBigEndian);
        if (directory + 2 + entryCount * EntryBytes > file.Length)
            return false;
        for (var entry = directory + 2; entryCount > 0; entryCount--, entry += EntryBytes)
        {
            var tag = Number(file, entry, 2, isBigEndian);
            if (tag is StripOffsets or TileOffsets)
                offsets = Values(file, entry, isBigEndian);
            else if (tag is StripByteCounts or TileByteCounts)
                counts = Values(file, entry, isBigEndian);
        }
        var length = file.Length;
        return offsets.Zip(counts).All(strip => strip.First + strip.Second <= length);
    }

    static long[] Values(ReadOnlySpan<byte> file, long entry, bool isBigEndian)
    {
        var type = Number(file, entry + 2, 2, isBigEndian);
        var count = Number(file, entry + 4, 4, isBigEndian);
        var size = type switch { Short => 2, Long => 4, _ => 0 };
        var position = count * size <= 4 ? entry + 8 : Number(file, entry + 8, 4, isBigEndian);
        if (size == 0 || position + count * size > file.Length)
            return [];
        var values = new long[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Number(file, position + i * size, size, isBigEndian);
        return values;
    }

    static long Number(ReadOnlySpan<byte> file, long position, int size, bool isBigEndian)
    {
        if (position + size > file.Length)
            return long.MaxValue / 2;
        var bytes = file.Slice((int)position, size);
        return (size, isBigEndian) switch
        {
            (2, true) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (_, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        };
    }
}
