using System.Text.Json;
using Llava.Model.Checkpoints;

namespace Llava.Golden.Tests.Conversion;

/// <summary>A checkpoint of which only keys, types and shapes are known: those of one component of a key map.</summary>
sealed class DeclaredTensors(JsonElement keyMap, string component) : ICheckpointReader
{
    public string Path => component;

    public IReadOnlyList<TensorInfo> Tensors { get; } =
    [
        .. keyMap.EnumerateArray()
            .Where(row => row.GetProperty("component").GetString() == component)
            .Select(row => new TensorInfo(row.GetProperty("hf_key").GetString()!, ElementTypeOf(row), [.. row.GetProperty("hf_shape").EnumerateArray().Select(size => size.GetInt64())]))
            .OrderBy(tensor => tensor.Name, StringComparer.Ordinal),
    ];

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    public TensorInfo? Find(string name) => Tensors.FirstOrDefault(tensor => tensor.Name == name);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    static ElementType ElementTypeOf(JsonElement row) => Enum.Parse<ElementType>(row.GetProperty("hf_dtype").GetString()!, ignoreCase: true);
}
