namespace Llava.Model.Checkpoints;

/// <summary>A tensor on its way into a file: what it is, and how its bytes are produced when its turn comes.</summary>
/// <param name="CopyTo">Writes exactly <see cref="TensorInfo.ByteLength"/> bytes, contiguous and little-endian.</param>
public sealed record TensorSource(TensorInfo Info, Action<Stream> CopyTo)
{
    public static TensorSource From(ICheckpointReader reader, TensorInfo tensor, CancellationToken cancellation = default) =>
        new(tensor, destination => reader.CopyTo(tensor, destination, cancellation));

    /// <summary>For tensors that are in memory already.</summary>
    public static TensorSource FromBytes(string name, ElementType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes) =>
        new(new TensorInfo(name, type, shape), destination => destination.Write(bytes.Span));

    public static TensorSource FromFloats(string name, IReadOnlyList<long> shape, ReadOnlyMemory<float> values) =>
        new(new TensorInfo(name, ElementType.Float32, shape), destination => destination.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.Span)));

    internal void CopyExactlyTo(Stream destination)
    {
        var start = destination.Position;
        CopyTo(destination);
        if (destination.Position - start != Info.ByteLength)
            throw new InvalidOperationException($"{Info.Name} {Info} was to be {Info.ByteLength} bytes, but {destination.Position - start} were written");
    }
}
