using Llava.Model.Checkpoints;

namespace Llava.Model.Mapping;

/// <summary>
/// A checkpoint seen in the other format: its keys are the target's, and its bytes are put in the target's order while they are
/// read. Nothing is held in memory. Disposing it disposes the checkpoints below.
/// </summary>
public sealed class MappedCheckpoint : ICheckpointReader
{
    readonly TensorCatalog<MappedTensor> _catalog;
    readonly ICheckpointReader[] _sources;

    internal MappedCheckpoint(string path, IReadOnlyList<MappedTensor> mapped, IReadOnlyList<DroppedTensor> dropped, bool lacksProjector, params ICheckpointReader[] sources)
    {
        Path = path;
        Dropped = dropped;
        LacksProjector = lacksProjector;
        _sources = sources;
        Metadata = MergedMetadata.Of(sources);
        _catalog = new(mapped.Select(tensor => (tensor.Target, tensor)));
    }

    public string Path { get; }

    public IReadOnlyList<TensorInfo> Tensors => _catalog.Tensors;

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What the source holds and the target does not, each with its reason.</summary>
    public IReadOnlyList<DroppedTensor> Dropped { get; }

    /// <summary>The source has no projector: one has to be drawn before the model can be used.</summary>
    public bool LacksProjector { get; }

    public TensorInfo? Find(string name) => _catalog.Find(name);

    /// <summary>Which stored tensor it comes from, by which rule.</summary>
    public MappedTensor OriginOf(TensorInfo tensor) => _catalog.PlaceOf(tensor);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination)
    {
        var origin = OriginOf(tensor);
        if (origin.SourceRow is null)
            origin.Reader.Read(origin.Source, byteOffset, destination);
        else
            ReadRows(origin, byteOffset, destination);
    }

    public void Dispose()
    {
        foreach (var source in _sources)
            source.Dispose();
    }

    static void ReadRows(MappedTensor origin, long byteOffset, Span<byte> destination)
    {
        var rowBytes = origin.Target.RowByteLength;
        while (destination.Length > 0)
        {
            var (row, within) = Math.DivRem(byteOffset, rowBytes);
            var piece = destination[..(int)Math.Min(destination.Length, rowBytes - within)];
            origin.Reader.Read(origin.Source, origin.SourceRow!(row) * rowBytes + within, piece);
            byteOffset += piece.Length;
            destination = destination[piece.Length..];
        }
    }
}
