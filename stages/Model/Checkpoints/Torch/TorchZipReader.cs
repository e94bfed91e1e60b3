using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// A file of <c>torch.save</c> since PyTorch 1.6 (<c>.bin</c>, <c>.pt</c>, <c>.mdl</c>): a zip of <c>data.pkl</c> and one stored
/// entry per storage. Nothing in the pickle is run.
/// </summary>
public sealed class TorchZipReader : ICheckpointReader
{
    const long MaximumPickleBytes = 1 << 30;

    readonly FileRegion _file;
    readonly TensorCatalog<StoredTensor> _catalog;
    readonly IReadOnlyDictionary<string, ZipEntry> _entries;

    /// <exception cref="DiagnosticException">The file is missing, damaged, or asks for code to be run.</exception>
    public TorchZipReader(string path)
    {
        _file = new FileRegion(path);
        try
        {
            _entries = ZipDirectory.Read(_file);
            var pickle = FindPickle();
            CheckByteOrder(Prefix(pickle));
            var bytes = _file.ReadArray(pickle.DataOffset, (int)pickle.Length);
            var tensors = PickledStateDictionary.Find(PickleReader.Read(bytes, path), path, bytes.Length);
            _catalog = new(tensors.Select(tensor => Locate(tensor.Name, tensor.Tensor, Prefix(pickle))));
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

    ZipEntry FindPickle()
    {
        var pickles = _entries.Values.Where(entry => entry.Name.EndsWith("/data.pkl", StringComparison.Ordinal)).ToArray();
        if (pickles.Length != 1)
            throw ErrorCatalog.BadCheckpointFile.Fails(Path, $"not a torch file: the zip holds {pickles.Length} entries named data.pkl");
        if (pickles[0].Length > MaximumPickleBytes)
            throw ErrorCatalog.BadCheckpointFile.Fails(Path, $"the pickle claims {pickles[0].Length} bytes");
        return pickles[0];
    }

    void CheckByteOrder(string prefix)
    {
        if (_entries.TryGetValue(prefix + "byteorder", out var entry) && entry.Length == 3)
            throw ErrorCatalog.UnsupportedContainer.Fails(Path, "saved on a big-endian machine");
    }

    (TensorInfo Info, StoredTensor Place) Locate(string name, PickledTensor tensor, string prefix)
    {
        if (!_entries.TryGetValue($"{prefix}data/{tensor.Storage.Key}", out var storage))
            throw ErrorCatalog.BadCheckpointFile.Fails(Path, $"{name}: the zip has no storage {tensor.Storage.Key}");
        var info = new TensorInfo(name, tensor.ElementType, tensor.Shape) { File = Path };
        return (info, new StoredTensor(_file, (storage.DataOffset, storage.Length), info, tensor));
    }

    static string Prefix(ZipEntry pickle) => pickle.Name[..^"data.pkl".Length];
}
