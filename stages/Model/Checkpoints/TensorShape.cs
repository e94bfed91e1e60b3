using System.Globalization;

namespace Llava.Model.Checkpoints;

public static class TensorShape
{
    /// <summary>Null where a dimension is negative or the product leaves 64 bits.</summary>
    public static long? ElementCount(IReadOnlyList<long> shape)
    {
        if (shape.Contains(0))
            return shape.All(dimension => dimension >= 0) ? 0 : null;
        UInt128 count = 1;
        foreach (var dimension in shape)
        {
            if (dimension < 0 || (count *= (UInt128)dimension) > long.MaxValue)
                return null;
        }
        return (long)count;
    }

    /// <summary>Null where the tensor could not exist in a file.</summary>
    public static long? ByteLength(ElementType type, IReadOnlyList<long> shape) =>
        ElementCount(shape) is { } count && count <= long.MaxValue / type.SizeInBytes() ? count * type.SizeInBytes() : null;

    /// <summary><c>[32000, 4096]</c></summary>
    public static string Describe(IEnumerable<long> shape) =>
        $"[{string.Join(", ", shape.Select(dimension => dimension.ToString(CultureInfo.InvariantCulture)))}]";
}
