using Llava.Model.Checkpoints;

namespace Llava.Model.Mapping;

/// <summary>A checkpoint under other names; a tensor may lose its last rows.</summary>
public sealed class RenamedCheckpoint : ICheckpointReader
{
    readonly TensorCatalog<TensorInfo> _catalog;

    /// <param name="rename">Null leaves a tensor out.</param>
    public RenamedCheckpoint(ICheckpointReader source, Func<TensorInfo, TensorInfo?> rename)
    {
        Source = source;
        _catalog = new(source.Tensors.Select(tensor => (New: rename(tensor), tensor)).Where(pair => pair.New is not null).Select(pair => (pair.New!, pair.tensor)));
    }

    /// <summary>The checkpoint under its own names.</summary>
    public ICheckpointReader Source { get; }

    public string Path => Source.Path;

    public IReadOnlyList<TensorInfo> Tensors => _catalog.Tensors;

    public IReadOnlyDictionary<string, string> Metadata => Source.Metadata;

    public TensorInfo? Find(string name) => _catalog.Find(name);

    /// <summary>The tensor of <see cref="Source"/> behind one of the other names.</summary>
    public TensorInfo OriginOf(TensorInfo tensor) => _catalog.PlaceOf(tensor);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination) => Source.Read(OriginOf(tensor), byteOffset, destination);

    public void Dispose() => Source.Dispose();
}
