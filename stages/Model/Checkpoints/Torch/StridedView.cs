namespace Llava.Model.Checkpoints.Torch;

/// <summary>How the elements of a tensor lie in its storage. Strides count elements and may be 0.</summary>
sealed record StridedView(long[] Shape, long[] Strides)
{
    public long ElementCount => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>What one index of the outermost dimension holds.</summary>
    public StridedView Inner => new(Shape[1..], Strides[1..]);

    /// <summary>The first <paramref name="count"/> indices of the outermost dimension.</summary>
    public StridedView Rows(long count) => this with { Shape = [count, .. Shape[1..]] };
}
