using Llava.Model.Checkpoints;

namespace Llava.Model.Mapping;

/// <summary>A checkpoint under other names; a tensor may lose its last rows.</summary>
public sealed class RenamedCheckpoint : ICheckpointReader
{
    readonly ICheckpointReader _source;
    readonly TensorCatalog<TensorInfo> _catalog;

    /// <param name="rename">Null leaves a tensor out.</param>
    public RenamedCheckpoint(ICheckpointReader source, Func<TensorInfo, TensorInfo?> rename)
    {
        _source = source;
        _catalog = new(source.Tensors.Select(tensor => (New: rename(tensor), tensor)).Where(pair => pair.New is not null).Select(pair => (pair.New!, pair.tensor)));
    }

    public string Path => _source.Path;

    public IReadOnlyList<TensorInfo> Tensors => _catalog.Tensors;

    public IReadOnlyDictionary<string, string> Metadata => _source.Metadata;

    public TensorInfo? Find(string name) => _catalog.Find(name);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination) => _source.Read(_catalog.PlaceOf(tensor), byteOffset, destination);

    public void Dispose() => _source.Dispose();
}
