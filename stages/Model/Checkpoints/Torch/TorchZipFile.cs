using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// A file of <c>torch.save</c> since PyTorch 1.6 (<c>.bin</c>, <c>.pt</c>, <c>.mdl</c>): a zip of <c>data.pkl</c> and one stored
/// entry per storage. Nothing in the pickle is run.
/// </summary>
sealed class TorchZipFile
{
    const long MaximumPickleBytes = 64 << 20; // a Vicuna shard's has less than one million

    readonly FileRegion _file;
    readonly StridedBand _strided;
    readonly IReadOnlyDictionary<string, ZipEntry> _entries;

    TorchZipFile(FileRegion file, StridedBand strided) => (_file, _strided, _entries) = (file, strided, ZipDirectory.Read(file));

    /// <exception cref="DiagnosticException">The file is missing, damaged, or asks for code to be run.</exception>
    public static ICheckpointReader Open(string path, StridedBand strided) => TensorFile.Open(path, new FileRegion(path), file => new TorchZipFile(file, strided).FindTensors());

    IEnumerable<(TensorInfo Info, IStoredTensor Place)> FindTensors()
    {
        var pickle = FindPickle();
        var prefix = pickle.Name[..^"data.pkl".Length];
        CheckByteOrder(prefix);
        var bytes = _file.ReadArray(pickle.DataOffset, (int)pickle.Length);
        var tensors = PickledStateDictionary.Find(PickleReader.Read(bytes, _file.Path), _file.Path, bytes.Length);
        return tensors.Select(tensor => Locate(tensor.Name, tensor.Tensor, prefix));
    }

    ZipEntry FindPickle()
    {
        var pickles = _entries.Values.Where(entry => entry.Name.EndsWith("/data.pkl", StringComparison.Ordinal)).ToArray();
        if (pickles.Length != 1)
            throw ErrorCatalog.BadCheckpointFile.Fails(_file.Path, $"not a torch file: the zip holds {pickles.Length} entries named data.pkl");
        if (pickles[0].Length > MaximumPickleBytes)
            throw ErrorCatalog.BadCheckpointFile.Fails(_file.Path, $"the pickle claims {pickles[0].Length} bytes");
        return pickles[0];
    }

    void CheckByteOrder(string prefix)
    {
        if (_entries.TryGetValue(prefix + "byteorder", out var entry) && entry.Length == 3)
            throw ErrorCatalog.UnsupportedContainer.Fails(_file.Path, "saved on a big-endian machine");
    }

    (TensorInfo Info, IStoredTensor Place) Locate(string name, PickledTensor tensor, string prefix)
    {
        if (!_entries.TryGetValue($"{prefix}data/{tensor.Storage.Key}", out var storage))
            throw ErrorCatalog.BadCheckpointFile.Fails(_file.Path, $"{name}: the zip has no storage {tensor.Storage.Key}");
        var info = new TensorInfo(name, tensor.ElementType, tensor.Shape) { File = _file.Path };
        return (info, new StoredTensor(_file, (storage.DataOffset, storage.Length), info, tensor, _strided));
    }
}
