using Llava.Contracts.Diagnostics;
using Llava.H5Reading;

namespace Llava.Model.Checkpoints.Hdf5;

/// <summary>
/// Cerebras' HDF5 <c>.mdl</c> (cerebras.appliance.saver.h5_saver): a dataset in the root group for each value of the flattened
/// state, named by its URL-quoted key. Of a training's state the tensors below <c>model.</c> are read. Nothing is unpickled.
/// </summary>
public sealed class Hdf5CheckpointReader : ICheckpointReader
{
    const string ModelSection = "model.";

    readonly Hdf5File _file;
    readonly TensorCatalog<StoredArray> _catalog;

    /// <exception cref="DiagnosticException">The file is missing, damaged, or stores a tensor in a way that is not read.</exception>
    public Hdf5CheckpointReader(string path)
    {
        _file = new Hdf5File(path, ErrorCatalog.BadCheckpointFile, ErrorCatalog.UnsupportedContainer);
        try
        {
            _catalog = new(OfModel(ReadTensors()));
        }
        catch (Exception error) when (error is OverflowException or ArgumentException)
        {
            _file.Dispose();
            throw _file.Damaged($"a number in it makes no sense: {error.Message}");
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public string Path => _file.Path;

    public IReadOnlyList<TensorInfo> Tensors => _catalog.Tensors;

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    public TensorInfo? Find(string name) => _catalog.Find(name);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination) => _catalog.PlaceOf(tensor).Read(byteOffset, destination);

    public void Dispose() => _file.Dispose();

    static IEnumerable<(TensorInfo Info, StoredArray Array)> OfModel(List<(TensorInfo Info, StoredArray Array)> tensors)
    {
        if (!tensors.Any(tensor => tensor.Info.Name.StartsWith(ModelSection, StringComparison.Ordinal)))
            return tensors;
        return from tensor in tensors
               where tensor.Info.Name.StartsWith(ModelSection, StringComparison.Ordinal)
               select (tensor.Info with { Name = tensor.Info.Name[ModelSection.Length..] }, tensor.Array);
    }

    List<(TensorInfo Info, StoredArray Array)> ReadTensors()
    {
        var lastBand = new LastBand();
        var tensors = new List<(TensorInfo, StoredArray)>();
        foreach (var (link, address) in RootGroup.Links(_file).OrderBy(link => link.Key, StringComparer.Ordinal))
        {
            var name = Uri.UnescapeDataString(link);
            if (StoredArray.Open(_file, address, name, lastBand) is { } array)
                tensors.Add((new TensorInfo(name, array.ElementType, array.Shape) { File = Path }, array));
        }
        return tensors;
    }
}
