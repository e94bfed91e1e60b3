using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Model.Interop;
using Llava.Model.Layers;
using static TorchSharp.torch;

namespace Llava.Model.Mapping;

/// <summary>
/// A training's checkpoint with low-rank adapters, seen as one without: each adapted weight is <c>W + alpha / rank * B A</c> in float32, whatever
/// W is stored in. Rounded to bfloat16, a correction would be lost in all weights that are 500 times as large.
/// </summary>
sealed class MergedAdapters : ICheckpointReader
{
    const string BaseName = "weight", AdapterName = "lora.";

    static readonly string[] Members = [nameof(LowRankAdapter.A), nameof(LowRankAdapter.B), nameof(LowRankAdapter.scaling)];

    // Several readers at once; more would only hold memory.
    const int KeptMerged = 4;

    readonly ICheckpointReader _inner;
    readonly Dictionary<string, IReadOnlyList<TensorInfo>> _adapters;
    readonly Queue<(string Name, Lazy<byte[][]> Blocks)> _merged = new();
    readonly Lock _lock = new();

    MergedAdapters(ICheckpointReader inner)
    {
        _inner = inner;
        _adapters = inner.Tensors.Where(tensor => LowRankAdapter.IsPartOf(tensor.Name))
            .GroupBy(tensor => WeightOf(tensor.Name))
            .ToDictionary(group => group.Key, IReadOnlyList<TensorInfo> (group) => [.. group]);
        DiagnosticException.ThrowIfAny([.. _adapters.SelectMany(adapter => Problems(inner, adapter.Key, adapter.Value))]);
        Tensors = [.. inner.Tensors.Where(tensor => !LowRankAdapter.IsPartOf(tensor.Name)).Select(Merged)];
    }

    /// <summary>The reader itself where it has no adapters.</summary>
    /// <exception cref="DiagnosticException">An adapter lacks a member, or corrects no weight.</exception>
    public static ICheckpointReader Over(ICheckpointReader checkpoint) =>
        checkpoint.Tensors.Any(tensor => LowRankAdapter.IsPartOf(tensor.Name)) ? new MergedAdapters(checkpoint) : checkpoint;

    public string Path => _inner.Path;

    public IReadOnlyList<TensorInfo> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata => _inner.Metadata;

    public TensorInfo? Find(string name) => LowRankAdapter.IsPartOf(name) || _inner.Find(name) is not { } tensor ? null : Merged(tensor);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination)
    {
        if (!_adapters.ContainsKey(tensor.Name))
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

    /// <summary>What is merged into a tensor; empty for most.</summary>
    public IReadOnlyList<TensorInfo> AdapterOf(string name) => _adapters.GetValueOrDefault(name) ?? [];

    public void Dispose() => _inner.Dispose();

    static string WeightOf(string name) => name[..(name.LastIndexOf(LowRankAdapter.NamePart, StringComparison.Ordinal) + 1)] + BaseName;

    static IEnumerable<Diagnostic> Problems(ICheckpointReader checkpoint, string weight, IReadOnlyList<TensorInfo> adapter)
    {
        var names = Members.Select(member => AdapterOfWeight(weight) + member).ToArray();
        foreach (var missing in names.Append(weight).Where(name => checkpoint.Find(name) is null))
            yield return ErrorCatalog.MissingTensor.At(adapter[0].File, $"there is no tensor {missing}, which {adapter[0].Name} belongs to");
        foreach (var other in adapter.Where(tensor => !names.Contains(tensor.Name)))
            yield return ErrorCatalog.UnknownTensor.At(other.File, $"{other.Name} {other} is no part of a low-rank adapter: {string.Join(", ", Members)} are");
        TensorInfo?[] found = [checkpoint.Find(weight), .. names.Select(checkpoint.Find)];
        if (found is [{ } corrected, { } a, { } b, { } scaling] && !Fit(corrected.Shape, a.Shape, b.Shape, scaling.Shape))
            yield return ErrorCatalog.WrongTensorShape.At(a.File, $"{a.Name} {a}, {b.Name} {b} and {scaling.Name} {scaling} do not correct {weight} {corrected}");
    }

    static bool Fit(IReadOnlyList<long> weight, IReadOnlyList<long> a, IReadOnlyList<long> b, IReadOnlyList<long> scaling) =>
        (weight, a, b) is ([var outputs, var inputs], [var rank, var aInputs], [var bOutputs, var bRank])
        && (outputs, inputs, rank) == (bOutputs, aInputs, bRank) && TensorShape.ElementCount(scaling) == 1;

    static string AdapterOfWeight(string weight) => weight[..^BaseName.Length] + AdapterName;

    TensorInfo Merged(TensorInfo tensor) => _adapters.ContainsKey(tensor.Name) ? tensor with { ElementType = ElementType.Float32 } : tensor;

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
        var (a, b, scaling) = (Precise(name, Members[0]), Precise(name, Members[1]), Precise(name, Members[2]));
        var merged = _inner.ReadTensor(name).to(ScalarType.Float32).add_(b.matmul(a).mul_(scaling));
        var blocks = new List<byte[]>();
        TensorMemory.ForEachBlock(merged, (_, block) => blocks.Add(block.ToArray()));
        return [.. blocks];
    }

    Tensor Precise(string weight, string member) => _inner.ReadTensor(AdapterOfWeight(weight) + member).to(ScalarType.Float32);
}
