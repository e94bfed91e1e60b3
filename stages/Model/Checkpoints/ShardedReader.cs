using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints.Torch;

namespace Llava.Model.Checkpoints;

/// <summary>The shards of an index as one checkpoint. All are opened, and checked against the index, at once.</summary>
sealed class ShardedReader : ICheckpointReader
{
    readonly List<ICheckpointReader> _shards = [];
    readonly TensorCatalog<ICheckpointReader> _catalog;

    public ShardedReader(ShardIndex index)
    {
        Path = System.IO.Path.GetDirectoryName(index.Path)!;
        try
        {
            OpenShards(index);
            _catalog = new(_shards.SelectMany(shard => shard.Tensors.Select(info => (info, shard))));
            CheckComplete(index);
        }
        catch
        {
            Dispose();
            throw;
        }
        Metadata = MergedMetadata.Of(_shards);
    }

    public string Path { get; }

    public IReadOnlyList<TensorInfo> Tensors => _catalog.Tensors;

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public TensorInfo? Find(string name) => _catalog.Find(name);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination) => _catalog.PlaceOf(tensor).Read(tensor, byteOffset, destination);

    public void Dispose()
    {
        foreach (var shard in _shards)
            shard.Dispose();
    }

    void OpenShards(ShardIndex index)
    {
        var missing = index.Shards.Where(shard => !File.Exists(System.IO.Path.Combine(Path, shard))).ToArray();
        DiagnosticException.ThrowIfAny([.. missing.Select(shard => ErrorCatalog.BadCheckpointIndex.At(index.Path, $"the shard {shard} is missing"))]);
        var strided = new StridedBand();
        foreach (var shard in index.Shards)
            _shards.Add(CheckpointFolder.OpenFile(System.IO.Path.Combine(Path, shard), strided));
    }

    // Transformers loads whatever the shards hold; a tensor that the index does not name is kept here too, never lost.
    void CheckComplete(ShardIndex index)
    {
        var problems = new List<Diagnostic>();
        foreach (var (tensor, shard) in index.ShardOfTensor.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (_catalog.Find(tensor) is not { } info)
                problems.Add(ErrorCatalog.BadCheckpointIndex.At(index.Path, $"{tensor} is to be in {shard}, but is not there"));
            else if (System.IO.Path.GetFileName(info.File) != shard)
                problems.Add(ErrorCatalog.BadCheckpointIndex.At(index.Path, $"{tensor} is to be in {shard}, but is in {System.IO.Path.GetFileName(info.File)}"));
        }
        DiagnosticException.ThrowIfAny(problems);
    }
}
