using System.Buffers;
using System.Buffers.Binary;

namespace Llava.Data.Hdf5.Writing;

/// <summary>Little-endian numbers one after another, as all metadata of the format is laid out.</summary>
sealed class LittleEndianBuffer
{
    readonly ArrayBufferWriter<byte> _bytes = new(4096);

    public int Length => _bytes.WrittenCount;

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public LittleEndianBuffer U8(params ReadOnlySpan<byte> values)
    {
        _bytes.Write(values);
        return this;
    }

    public LittleEndianBuffer U16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(2), checked((ushort)value));
        _bytes.Advance(2);
        return this;
    }

    public LittleEndianBuffer U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public LittleEndianBuffer U64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public LittleEndianBuffer Zeros(int count)
    {
        _bytes.GetSpan(count)[..count].Clear();
        _bytes.Advance(count);
        return this;
    }

    /// <summary>Zeros up to the next multiple of <paramref name="alignment"/>.</summary>
    public LittleEndianBuffer Align(int alignment) => Zeros((alignment - Length % alignment) % alignment);

    /// <summary>Zeros up to <paramref name="length"/> bytes in all.</summary>
    public LittleEndianBuffer PadTo(int length) => Zeros(length - Length);
}
