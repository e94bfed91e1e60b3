using System.Buffers.Binary;
using Llava.Model.Checkpoints;

namespace Llava.Conversion.Inspection;

/// <summary>Stored elements as numbers.</summary>
static class ElementValues
{
    const double LargestWhole = 1e19; // beyond every 64-bit integer

    /// <summary>The nearest double.</summary>
    public static double At(ElementType type, ReadOnlySpan<byte> bytes, int index)
    {
        var element = Slice(type, bytes, index);
        return type switch
        {
            ElementType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(element),
            ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(element),
            ElementType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
            ElementType.BFloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(element) << 16),
            _ => (double)WholeAt(type, element),
        };
    }

    /// <summary>How far two elements are apart: 0 only where they are the same number (or both NaN), exactly, whatever their types.</summary>
    public static double Distance(ElementType typeA, ReadOnlySpan<byte> a, ElementType typeB, ReadOnlySpan<byte> b, int index)
    {
        if (!typeA.IsFloatingPoint() && !typeB.IsFloatingPoint())
            return (double)Int128.Abs(WholeAt(typeA, Slice(typeA, a, index)) - WholeAt(typeB, Slice(typeB, b, index)));
        var (x, y) = (At(typeA, a, index), At(typeB, b, index));
        if (!typeA.IsFloatingPoint())
            return Distance(WholeAt(typeA, Slice(typeA, a, index)), y);
        if (!typeB.IsFloatingPoint())
            return Distance(WholeAt(typeB, Slice(typeB, b, index)), x);
        return x.Equals(y) ? 0 : Math.Abs(x - y);
    }

    static double Distance(Int128 whole, double number) =>
        double.IsInteger(number) && Math.Abs(number) <= LargestWhole ? (double)Int128.Abs(whole - (Int128)number) : Math.Abs((double)whole - number);

    static ReadOnlySpan<byte> Slice(ElementType type, ReadOnlySpan<byte> bytes, int index) => bytes.Slice(index * type.SizeInBytes(), type.SizeInBytes());

    static Int128 WholeAt(ElementType type, ReadOnlySpan<byte> element) => type switch
    {
        ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        ElementType.Int8 => (sbyte)element[0],
        ElementType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(element),
        ElementType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
        ElementType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        _ => element[0],
    };
}
