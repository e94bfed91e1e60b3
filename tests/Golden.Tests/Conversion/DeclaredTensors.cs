using System.Text.Json;
using Llava.Model.Checkpoints;

namespace Llava.Golden.Tests.Conversion;

/// <summary>A checkpoint of which only keys, types and shapes are known, from a key map. Every value is zero.</summary>
sealed class DeclaredTensors : ICheckpointReader
{
    DeclaredTensors(string path, IEnumerable<TensorInfo> tensors) => (Path, Tensors) = (path, [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)]);

    public string Path { get; }

    public IReadOnlyList<TensorInfo> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>The Hugging Face side of one component.</summary>
    public static DeclaredTensors OfHuggingFace(JsonElement keyMap, string component) => new(component, keyMap.EnumerateArray()
        .Where(row => row.GetProperty("component").GetString() == component)
        .Select(row => new TensorInfo(row.GetProperty("hf_key").GetString()!, ElementTypeOf(row), Sizes(row.GetProperty("hf_shape")))));

    /// <summary>ModelZoo's side of all components.</summary>
    public static DeclaredTensors OfModelZoo(JsonElement keyMap) => new("model.mdl", keyMap.EnumerateArray()
        .SelectMany(row => row.GetProperty("cs_keys").EnumerateArray().Select((key, index) => new TensorInfo(key.GetString()!, ElementTypeOf(row), ShapeOf(row, index)))));

    public TensorInfo? Find(string name) => Tensors.FirstOrDefault(tensor => tensor.Name == name);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination) => destination.Clear();

    public void Dispose()
    {
    }

    // One shape for both copies of a tensor, or one each.
    static long[] ShapeOf(JsonElement row, int index)
    {
        var shapes = row.GetProperty("cs_shape");
        return Sizes(shapes[Math.Min(index, shapes.GetArrayLength() - 1)]);
    }

    static long[] Sizes(JsonElement shape) => [.. shape.EnumerateArray().Select(size => size.GetInt64())];

    static ElementType ElementTypeOf(JsonElement row) => Enum.Parse<ElementType>(row.GetProperty("hf_dtype").GetString()!, ignoreCase: true);
}
