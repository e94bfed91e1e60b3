using System.Buffers.Binary;
using Llava.Model.Checkpoints;

namespace Llava.Conversion;

/// <summary>Stored elements as numbers.</summary>
static class ElementValues
{
    public static double At(ElementType type, ReadOnlySpan<byte> bytes, int index)
    {
        var element = bytes.Slice(index * type.SizeInBytes(), type.SizeInBytes());
        return type switch
        {
            ElementType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(element),
            ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(element),
            ElementType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
            ElementType.BFloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(element) << 16),
            ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
            ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
            ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
            ElementType.Int8 => (sbyte)element[0],
            _ => element[0],
        };
    }
}
