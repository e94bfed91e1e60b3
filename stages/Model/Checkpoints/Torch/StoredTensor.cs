using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>A tensor inside a storage entry, checked to lie within it. Contiguous ones are read in place, others gathered.</summary>
sealed class StoredTensor : IStoredTensor
{
    readonly FileRegion _file;
    readonly long _start;
    readonly StridedView? _view; // null where the bytes lie in order
    readonly long _length;
    readonly StridedBand _band;

    /// <param name="band">Keeps what was gathered last, of one tensor at a time.</param>
    public StoredTensor(FileRegion file, (long Offset, long Length) storage, TensorInfo info, PickledTensor tensor, StridedBand band)
    {
        ElementBytes = tensor.ElementType.SizeInBytes();
        var extent = Extent(tensor) is { } elements ? (Int128)elements : Int128.MaxValue;
        if (tensor.Offset < 0 || extent == Int128.MaxValue || ((Int128)tensor.Offset + extent) * ElementBytes > storage.Length)
            throw ErrorCatalog.BadCheckpointFile.Fails(file.Path, $"{info.Name} {info} reaches beyond its storage of {storage.Length} bytes");
        // Strides of 0 could make a tensor of any size from one number.
        if (TensorShape.ByteLength(tensor.ElementType, tensor.Shape) is not { } length || length > file.Length)
            throw ErrorCatalog.UnsupportedTensor.Fails(file.Path, $"{info.Name} {info} is an expanded view, larger than its file");
        (_file, _length, _band) = (file, length, band);
        _start = storage.Offset + tensor.Offset * ElementBytes;
        _view = IsContiguous(tensor) ? null : new StridedView([.. tensor.Shape], [.. tensor.Strides]);
    }

    public int ElementBytes { get; }

    public void Read(long byteOffset, Span<byte> destination)
    {
        if (_view is null)
            _file.Read(_start + byteOffset, destination);
        else
            _band.Read(this, _length, byteOffset, destination);
    }

    /// <summary>Gathers contiguous bytes from <paramref name="byteOffset"/> on, whole elements of them.</summary>
    public void Gather(long byteOffset, Span<byte> destination) => new StridedGathering(_file, _start, ElementBytes).Read(_view!, byteOffset, destination);

    /// <summary>Elements from the first to the last one used; null where the numbers make no sense.</summary>
    static long? Extent(PickledTensor tensor)
    {
        if (tensor.Shape.Any(dimension => dimension < 0) || tensor.Strides.Any(stride => stride < 0))
            return null;
        if (tensor.Shape.Contains(0))
            return 0;
        Int128 last = 0;
        for (var i = 0; i < tensor.Shape.Count; i++)
            last += (Int128)(tensor.Shape[i] - 1) * tensor.Strides[i];
        return last < long.MaxValue ? (long)last + 1 : null;
    }

    static bool IsContiguous(PickledTensor tensor)
    {
        long expected = 1;
        for (var i = tensor.Shape.Count - 1; i >= 0; i--)
        {
            if (tensor.Shape[i] != 1 && tensor.Strides[i] != expected)
                return tensor.Shape.Contains(0);
            expected *= tensor.Shape[i];
        }
        return true;
    }
}
