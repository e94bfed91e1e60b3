using System.Buffers.Binary;
using System.Text;

namespace Llava.H5Reading;

/// <summary>Takes little-endian numbers off a piece of metadata; running past its end is a damaged file.</summary>
public sealed class MetadataCursor(Hdf5File file, ReadOnlyMemory<byte> bytes, long address)
{
    public int Position { get; private set; }

    public int Remaining => bytes.Length - Position;

    public int U8() => Take(1)[0];

    public int U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long U64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>An unsigned number of 1 to 8 bytes.</summary>
    public long Unsigned(int length)
    {
        var value = 0L;
        var taken = Take(length);
        for (var i = 0; i < length; i++)
            value |= (long)taken[i] << (8 * i);
        return value;
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Remaining)
            throw file.Damaged($"the structure at {address} ends early");
        Position += count;
        return bytes.Span.Slice(Position - count, count);
    }

    public MetadataCursor Skip(int count)
    {
        Take(count);
        return this;
    }

    /// <summary>The next bytes as a cursor of their own.</summary>
    public MetadataCursor Part(int count)
    {
        Take(count);
        return new MetadataCursor(file, bytes.Slice(Position - count, count), address + Position);
    }

    public MetadataCursor Expect(string signature)
    {
        if (Encoding.ASCII.GetString(Take(signature.Length)) != signature)
            throw file.Damaged($"{signature} is expected at {address}");
        return this;
    }

    /// <summary>Text up to the next zero byte, or to the end.</summary>
    public string NullTerminated()
    {
        var rest = bytes.Span[Position..];
        var length = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(Take(length < 0 ? rest.Length : length));
    }
}
