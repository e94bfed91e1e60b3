using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>A tensor inside a storage entry, checked to lie within it. Contiguous ones are read in place, others gathered.</summary>
sealed class StoredTensor : IStoredTensor
{
    readonly FileRegion _file;
    readonly PickledTensor _tensor;
    readonly long _start;
    readonly int _elementBytes;
    readonly bool _contiguous;
    readonly Lazy<byte[]> _gathered;

    public StoredTensor(FileRegion file, (long Offset, long Length) storage, TensorInfo info, PickledTensor tensor)
    {
        _file = file;
        _tensor = tensor;
        _elementBytes = tensor.ElementType.SizeInBytes();
        var extent = Extent(tensor) is { } elements ? (Int128)elements : Int128.MaxValue;
        if (tensor.Offset < 0 || extent == Int128.MaxValue || ((Int128)tensor.Offset + extent) * _elementBytes > storage.Length)
            throw ErrorCatalog.BadCheckpointFile.Fails(file.Path, $"{info.Name} {info} reaches beyond its storage of {storage.Length} bytes");
        // Strides of 0 could make a tensor of any size from one number.
        if (TensorShape.ByteLength(tensor.ElementType, tensor.Shape) is not { } length || length > file.Length)
            throw ErrorCatalog.UnsupportedTensor.Fails(file.Path, $"{info.Name} {info} is an expanded view, larger than its file");
        _start = storage.Offset + tensor.Offset * _elementBytes;
        _contiguous = IsContiguous(tensor);
        _gathered = new Lazy<byte[]>(() => Gather(info, (long)extent));
    }

    public void Read(long byteOffset, Span<byte> destination)
    {
        if (_contiguous)
            _file.Read(_start + byteOffset, destination);
        else
            _gathered.Value.AsSpan((int)byteOffset, destination.Length).CopyTo(destination);
    }

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

    byte[] Gather(TensorInfo info, long extent)
    {
        if (extent * _elementBytes > Array.MaxLength || info.ByteLength > Array.MaxLength)
            throw ErrorCatalog.UnsupportedTensor.Fails(_file.Path, $"{info.Name} {info} is a strided view of more than 2 GB");
        var source = _file.ReadArray(_start, (int)extent * _elementBytes);
        var result = new byte[info.ByteLength];
        var index = new long[_tensor.Shape.Count];
        for (var target = 0; target < result.Length; target += _elementBytes)
        {
            long element = 0;
            for (var i = 0; i < index.Length; i++)
                element += index[i] * _tensor.Strides[i];
            source.AsSpan((int)element * _elementBytes, _elementBytes).CopyTo(result.AsSpan(target));
            Advance(index);
        }
        return result;
    }

    void Advance(long[] index)
    {
        for (var i = index.Length - 1; i >= 0 && ++index[i] == _tensor.Shape[i]; i--)
            index[i] = 0;
    }
}
