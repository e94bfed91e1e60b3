using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Model.Interop;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Checkpoints;

/// <summary>Live tensors to and from checkpoint files.</summary>
static class TensorFiles
{
    /// <summary>For a writer that asks for the bytes when the tensor's turn comes.</summary>
    public static TensorSource SourceOf(string name, Tensor tensor) =>
        new(InfoOf(name, tensor), destination => CopyTo(tensor, destination));

    public static TensorInfo InfoOf(string name, Tensor tensor) => new(name, ElementTypeOf(tensor), tensor.shape);

    /// <summary>Fills <paramref name="tensor"/>, which is of the stored shape and number format.</summary>
    /// <exception cref="DiagnosticException">The file lacks it, or holds another shape.</exception>
    public static void Fill(ICheckpointReader reader, string name, Tensor tensor)
    {
        var stored = reader.Get(name);
        if (!stored.Shape.SequenceEqual(tensor.shape) || stored.ElementType != ElementTypeOf(tensor))
            throw ErrorCatalog.DamagedTrainingCheckpoint.Fails(reader.Path, $"{name} is {stored}, but {ElementTypeOf(tensor)} {TensorShape.Describe(tensor.shape)} was expected");
        using var noGradient = no_grad();
        var isInPlace = tensor.device_type == DeviceType.CPU && tensor.is_contiguous();
        using var onHost = isInPlace ? tensor.alias() : empty(tensor.shape, tensor.dtype);
        TensorMemory.ForEachBlock(onHost, (offset, block) => reader.Read(stored, offset, block));
        if (!isInPlace)
            tensor.copy_(onHost);
    }

    static void CopyTo(Tensor tensor, Stream destination)
    {
        using var noGradient = no_grad();
        using var onHost = tensor.detach().cpu().contiguous();
        TensorMemory.ForEachBlock(onHost, (_, block) => destination.Write(block));
    }

    static ElementType ElementTypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => ElementType.Float32,
        ScalarType.BFloat16 => ElementType.BFloat16,
        ScalarType.Float16 => ElementType.Float16,
        ScalarType.Float64 => ElementType.Float64,
        _ => throw new NotSupportedException($"{tensor.dtype} has no place in a training checkpoint"),
    };
}
