using System.Buffers;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints;

/// <summary>Whole-tensor reads over any <see cref="ICheckpointReader"/>.</summary>
public static class CheckpointReading
{
    const int BlockBytes = 1 << 20; // no more than a core's own cache

    /// <exception cref="DiagnosticException">There is no such tensor; names the nearest.</exception>
    public static TensorInfo Get(this ICheckpointReader reader, string name) =>
        reader.Find(name) ?? throw ErrorCatalog.MissingTensor.Fails(reader.Path, MissingTensorMessage(reader, name));

    /// <summary>The tensor's bytes. For tensors below 2 GB; <see cref="CopyTo"/> streams any size.</summary>
    public static byte[] ReadBytes(this ICheckpointReader reader, string name)
    {
        var tensor = reader.Get(name);
        if (tensor.ByteLength > Array.MaxLength)
            throw ErrorCatalog.UnsupportedTensor.Fails(tensor.File, $"{name} {tensor} is too large for one array");
        var bytes = new byte[tensor.ByteLength];
        reader.Read(tensor, 0, bytes);
        return bytes;
    }

    /// <summary>Copies the tensor in blocks of 1 MB; into a destination's own buffers, where it is an <see cref="IBufferWriter{T}"/>.</summary>
    public static void CopyTo(this ICheckpointReader reader, TensorInfo tensor, Stream destination, CancellationToken cancellation = default)
    {
        var length = tensor.ByteLength;
        if (destination is IBufferWriter<byte> lender)
        {
            ForEachBlock(length, cancellation, (offset, count) =>
            {
                reader.Read(tensor, offset, lender.GetSpan(count)[..count]);
                lender.Advance(count);
            });
            return;
        }
        var buffer = new byte[Math.Min(BlockBytes, length)];
        ForEachBlock(length, cancellation, (offset, count) =>
        {
            reader.Read(tensor, offset, buffer.AsSpan(0, count));
            destination.Write(buffer, 0, count);
        });
    }

    static void ForEachBlock(long length, CancellationToken cancellation, Action<long, int> copy)
    {
        for (long offset = 0; offset < length; offset += BlockBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            copy(offset, (int)Math.Min(BlockBytes, length - offset));
        }
    }

    static string MissingTensorMessage(ICheckpointReader reader, string name)
    {
        var nearest = Contracts.Configuration.NearestKey.Find(name, reader.Tensors.Select(tensor => tensor.Name));
        return $"there is no tensor {name}{(nearest is null ? "" : $"; the nearest is {nearest}")}";
    }
}
