using System.Buffers.Binary;

namespace Llava.Data.Images;

/// <summary>Little-endian numbers out of a picture file; reading beyond its end is the error "truncated".</summary>
ref struct ByteReader(ReadOnlySpan<byte> file, PixelLimit limit)
{
    readonly ReadOnlySpan<byte> _file = file;

    public int Position { get; set; }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || Position < 0 || count > _file.Length - Position)
            throw limit.Truncated($"{count} bytes at offset {Position} are not in its {_file.Length}");
        var bytes = _file.Slice(Position, count);
        Position += count;
        return bytes;
    }

    public byte Byte() => Bytes(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));
}
