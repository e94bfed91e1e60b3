using Llava.Model.Checkpoints;

namespace Llava.Conversion.Tests;

/// <summary>Changes a checkpoint of a test's own in its place.</summary>
static class StoredTensors
{
    public static void Change(string folder, Func<TensorSource, TensorSource> change)
    {
        TensorSource[] tensors;
        using (var reader = CheckpointFolder.Open(folder))
            tensors = [.. reader.Tensors.Select(tensor => change(TensorSource.FromBytes(tensor.Name, tensor.ElementType, tensor.Shape, reader.ReadBytes(tensor.Name))))];
        new CheckpointWriter().Write(folder, CheckpointFormat.Safetensors, tensors);
    }

    public static void Rename(string folder, Func<string, string> rename) =>
        Change(folder, tensor => tensor with { Info = tensor.Info with { Name = rename(tensor.Info.Name) } });

    /// <summary>Gives a tensor of the same shape another type, and zeros.</summary>
    public static void Retype(string folder, string name, ElementType type) => Change(folder, tensor =>
        tensor.Info.Name == name ? TensorSource.FromBytes(name, type, tensor.Info.Shape, new byte[tensor.Info.ElementCount * type.SizeInBytes()]) : tensor);
}
