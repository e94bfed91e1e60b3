namespace Llava.Model.Checkpoints.Torch;

/// <summary>A view into a storage. Offset and strides count elements.</summary>
sealed record PickledTensor(PickledStorage Storage, ElementType ElementType, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides);
