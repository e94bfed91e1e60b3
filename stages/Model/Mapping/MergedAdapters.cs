using Llava.Model.Checkpoints;
using Llava.Model.Interop;
using Llava.Model.Layers;
using static TorchSharp.torch;

namespace Llava.Model.Mapping;

/// <summary>
/// A training's checkpoint with low-rank adapters, seen as one without: each adapted weight is <c>W + alpha / rank * B A</c>, summed in
/// float32 and rounded once to the format that it is stored in.
/// </summary>
sealed class MergedAdapters : ICheckpointReader
{
    const string BaseName = "weight";

    // Several readers at once; more would only hold memory.
    const int KeptMerged = 4;

    readonly ICheckpointReader _inner;
    readonly HashSet<string> _adapted;
    readonly Queue<(string Name, Lazy<byte[][]> Blocks)> _merged = new();
    readonly Lock _lock = new();

    MergedAdapters(ICheckpointReader inner)
    {
        _inner = inner;
        Tensors = [.. inner.Tensors.Where(tensor => !LowRankAdapter.IsPartOf(tensor.Name))];
        _adapted = [.. inner.Tensors.Where(tensor => tensor.Name.EndsWith(".lora.A", StringComparison.Ordinal)).Select(tensor => tensor.Name[..^"lora.A".Length] + BaseName)];
    }

    /// <summary>The reader itself where it has no adapters.</summary>
    public static ICheckpointReader Over(ICheckpointReader checkpoint) =>
        checkpoint.Tensors.Any(tensor => LowRankAdapter.IsPartOf(tensor.Name)) ? new MergedAdapters(checkpoint) : checkpoint;

    public string Path => _inner.Path;

    public IReadOnlyList<TensorInfo> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata => _inner.Metadata;

    public TensorInfo? Find(string name) => LowRankAdapter.IsPartOf(name) ? null : _inner.Find(name);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination)
    {
        if (!_adapted.Contains(tensor.Name))
        {
            _inner.Read(tensor, byteOffset, destination);
            return;
        }
        var blocks = MergedOf(tensor.Name);
        while (destination.Length > 0)
        {
            var (block, start) = (blocks[byteOffset / blocks[0].Length], (int)(byteOffset % blocks[0].Length));
            var length = Math.Min(destination.Length, block.Length - start);
            block.AsSpan(start, length).CopyTo(destination);
            byteOffset += length;
            destination = destination[length..];
        }
    }

    public void Dispose() => _inner.Dispose();

    byte[][] MergedOf(string name)
    {
        Lazy<byte[][]> blocks;
        lock (_lock)
        {
            blocks = _merged.FirstOrDefault(entry => entry.Name == name).Blocks;
            if (blocks is null)
            {
                if (_merged.Count == KeptMerged)
                    _merged.Dequeue();
                _merged.Enqueue((name, blocks = new Lazy<byte[][]>(() => Merge(name))));
            }
        }
        return blocks.Value;
    }

    byte[][] Merge(string name)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var stored = _inner.ReadTensor(name);
        var adapter = name[..^BaseName.Length] + "lora.";
        var (a, b, scaling) = (Precise(adapter + "A"), Precise(adapter + "B"), Precise(adapter + "scaling"));
        var merged = stored.to(ScalarType.Float32).add_(b.matmul(a).mul_(scaling)).to(stored.dtype);
        var blocks = new List<byte[]>();
        TensorMemory.ForEachBlock(merged, (_, block) => blocks.Add(block.ToArray()));
        return [.. blocks];
    }

    Tensor Precise(string name) => _inner.ReadTensor(name).to(ScalarType.Float32);
}
