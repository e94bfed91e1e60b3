using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using static TorchSharp.torch;

namespace Llava.Model;

/// <summary>Stored tensors as libtorch tensors.</summary>
public static class TensorReading
{
    const long MaximumBlockBytes = 1L << 30;

    /// <returns>A copy on the CPU in the stored number format.</returns>
    public static Tensor ReadTensor(this ICheckpointReader reader, string name)
    {
        var info = reader.Get(name);
        var type = info.ElementType.TorchStorageName() is null
            ? throw ErrorCatalog.UnsupportedTensor.Fails(info.File, $"{name} {info} is of a type that libtorch does not compute with")
            : ScalarTypeOf(info.ElementType);
        var tensor = empty([.. info.Shape], type, CPU);
        using var scope = NewDisposeScope();
        var flat = tensor.view(-1);
        var blockElements = MaximumBlockBytes / info.ElementType.SizeInBytes();
        for (var start = 0L; start < info.ElementCount; start += blockElements)
        {
            var block = flat.narrow(0, start, Math.Min(blockElements, info.ElementCount - start));
            reader.Read(info, start * info.ElementType.SizeInBytes(), block.bytes);
        }
        return tensor;
    }

    public static ScalarType ScalarTypeOf(ElementType type) => type switch
    {
        ElementType.Float64 => ScalarType.Float64,
        ElementType.Float32 => ScalarType.Float32,
        ElementType.Float16 => ScalarType.Float16,
        ElementType.BFloat16 => ScalarType.BFloat16,
        ElementType.Int64 => ScalarType.Int64,
        ElementType.Int32 => ScalarType.Int32,
        ElementType.Int16 => ScalarType.Int16,
        ElementType.Int8 => ScalarType.Int8,
        ElementType.UInt8 => ScalarType.Byte,
        ElementType.Boolean => ScalarType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
