namespace Llava.Model.Checkpoints;

/// <summary>What a checkpoint says of one tensor without reading it. Elements are contiguous, row-major, little-endian.</summary>
/// <param name="Name">The full key.</param>
/// <param name="Shape">Outermost dimension first; empty for a scalar.</param>
public sealed record TensorInfo(string Name, ElementType ElementType, IReadOnlyList<long> Shape)
{
    /// <summary>The file that holds it, for messages.</summary>
    public string File { get; init; } = "";

    public long ElementCount => TensorShape.ElementCount(Shape) ?? throw new OverflowException($"{Name} has too many elements");

    public long ByteLength => checked(ElementCount * ElementType.SizeInBytes());

    /// <summary>Size of the outermost dimension; 1 for a scalar.</summary>
    public long Rows => Shape.Count == 0 ? 1 : Shape[0];

    public long RowByteLength => Rows == 0 ? 0 : ByteLength / Rows;

    /// <summary><c>F16 [32000, 4096]</c></summary>
    public override string ToString() => $"{ElementType.SafetensorsName()} {TensorShape.Describe(Shape)}";
}
