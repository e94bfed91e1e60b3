namespace Llava.Model.Checkpoints;

/// <summary>Two checkpoints as one, named after the first.</summary>
sealed class JoinedCheckpoint(ICheckpointReader first, ICheckpointReader second) : ICheckpointReader
{
    readonly TensorCatalog<ICheckpointReader> _catalog = new(new[] { first, second }.SelectMany(reader => reader.Tensors.Select(tensor => (tensor, reader))));

    public string Path => first.Path;

    public IReadOnlyList<TensorInfo> Tensors => _catalog.Tensors;

    public IReadOnlyDictionary<string, string> Metadata => first.Metadata;

    public TensorInfo? Find(string name) => _catalog.Find(name);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination) => _catalog.PlaceOf(tensor).Read(tensor, byteOffset, destination);

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}
