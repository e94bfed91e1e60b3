using System.Buffers.Binary;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Safetensors;

/// <summary>
/// One <c>.safetensors</c> file: an 8-byte header length, a JSON header, the tensors' bytes without gaps
/// (https://github.com/huggingface/safetensors#format).
/// </summary>
public sealed class SafetensorsReader : ICheckpointReader
{
    const long MaximumHeaderBytes = 100_000_000; // the limit of the format's own implementation

    readonly FileRegion _file;
    readonly TensorCatalog<long> _catalog;
    readonly long _dataStart;

    /// <exception cref="DiagnosticException">The file is missing, or is not a whole safetensors file.</exception>
    public SafetensorsReader(string path)
    {
        _file = new FileRegion(path);
        try
        {
            var headerLength = ReadHeaderLength();
            _dataStart = 8 + headerLength;
            var header = SafetensorsHeader.Parse(_file.ReadArray(8, (int)headerLength), path, _file.Length - _dataStart);
            Metadata = header.Metadata;
            _catalog = new TensorCatalog<long>(header.Tensors);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public string Path => _file.Path;

    public IReadOnlyList<TensorInfo> Tensors => _catalog.Tensors;

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public TensorInfo? Find(string name) => _catalog.Find(name);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination) =>
        _file.Read(_dataStart + _catalog.PlaceOf(tensor) + byteOffset, destination);

    public void Dispose() => _file.Dispose();

    long ReadHeaderLength()
    {
        if (_file.Length < 10)
            throw ErrorCatalog.BadCheckpointFile.Fails(Path, $"{_file.Length} bytes are too few for a safetensors file");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(_file.ReadArray(0, 8));
        if (length > MaximumHeaderBytes || (long)length > _file.Length - 8)
            throw ErrorCatalog.BadCheckpointFile.Fails(Path, $"the header claims {length} bytes, the file has {_file.Length}");
        return (long)length;
    }
}
