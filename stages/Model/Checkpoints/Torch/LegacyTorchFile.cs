using System.Buffers.Binary;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// A file of <c>torch.save</c> before PyTorch 1.6, or with <c>_use_new_zipfile_serialization=False</c>: four pickles (magic number,
/// protocol, machine, the object), one with the list of storages, then each storage as its element count and its bytes.
/// </summary>
sealed class LegacyTorchFile
{
    const int FirstWindowBytes = 16 << 20, LargestWindowBytes = 64 << 20;
    const long Protocol = 1001;

    // 0x1950a86a20f9469cfc6c
    static readonly byte[] Magic = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    readonly FileRegion _file;
    readonly StridedBand _strided;

    LegacyTorchFile(FileRegion file, StridedBand strided) => (_file, _strided) = (file, strided);

    string Path => _file.Path;

    /// <exception cref="DiagnosticException">The file is missing, damaged, or asks for code to be run.</exception>
    public static ICheckpointReader Open(string path, StridedBand strided) => TensorFile.Open(path, new FileRegion(path), file => new LegacyTorchFile(file, strided).FindTensors());

    IEnumerable<(TensorInfo Info, IStoredTensor Place)> FindTensors()
    {
        var (root, named, keys, end) = ReadPickles();
        var storages = Locate(keys, named, end);
        return PickledStateDictionary.Find(root, Path, end).Select(tensor => Locate(tensor.Name, tensor.Tensor, storages));
    }

    // How long the pickles are is known only when they are read: the window grows until they fit.
    (object? Root, IReadOnlyList<PickledStorage> Named, List<object?> Keys, int End) ReadPickles()
    {
        for (long window = FirstWindowBytes; ; window *= 4)
        {
            var bytes = _file.ReadArray(0, (int)Math.Min(_file.Length, Math.Min(window, LargestWindowBytes)));
            try
            {
                return ReadPickles(bytes);
            }
            // What reads like damage may be the window's end.
            catch (DiagnosticException error) when (error.Diagnostics is [{ Code: var code }] && code == ErrorCatalog.BadCheckpointFile && bytes.Length < Math.Min(_file.Length, LargestWindowBytes))
            {
            }
        }
    }

    (object? Root, IReadOnlyList<PickledStorage> Named, List<object?> Keys, int End) ReadPickles(byte[] bytes)
    {
        var (magic, afterMagic, _) = PickleReader.Read(bytes, 0, Path);
        if (magic is not byte[] number || !number.AsSpan().SequenceEqual(Magic))
            throw Bad("a pickle, but not one of torch.save: the magic number is missing");
        var (protocol, afterProtocol, _) = PickleReader.Read(bytes, afterMagic, Path);
        if (protocol is not Protocol)
            throw ErrorCatalog.UnsupportedContainer.Fails(Path, $"torch's protocol {protocol}; {Protocol} is read");
        var (machine, afterMachine, _) = PickleReader.Read(bytes, afterProtocol, Path);
        if (machine is PickledDictionary description && description.Get("little_endian") is false)
            throw ErrorCatalog.UnsupportedContainer.Fails(Path, "saved on a big-endian machine");
        var (root, afterRoot, named) = PickleReader.Read(bytes, afterMachine, Path);
        var (keys, end, _) = PickleReader.Read(bytes, afterRoot, Path);
        return (root, named, keys as List<object?> ?? throw Bad("the list of storages is missing"), end);
    }

    Dictionary<string, (long Offset, long Length)> Locate(List<object?> keys, IReadOnlyList<PickledStorage> named, long start)
    {
        var elementSizes = named.DistinctBy(storage => storage.Key).ToDictionary(storage => storage.Key, storage => storage.ElementType?.SizeInBytes() ?? 1);
        var places = new Dictionary<string, (long Offset, long Length)>(StringComparer.Ordinal);
        foreach (var key in keys.Select(key => key as string ?? throw Bad("a storage has no name")))
        {
            if (!elementSizes.TryGetValue(key, out var elementBytes))
                throw Bad($"the storage {key} belongs to no tensor");
            if (start > _file.Length - 8)
                throw Bad($"the storage {key} is missing: the file is cut short");
            var count = BinaryPrimitives.ReadInt64LittleEndian(_file.ReadArray(start, 8));
            if (count < 0 || count > (_file.Length - start - 8) / elementBytes)
                throw Bad($"the storage {key} claims {count} elements of {elementBytes} bytes, more than the file has left");
            places.TryAdd(key, (start + 8, count * elementBytes));
            start += 8 + count * elementBytes;
        }
        return places;
    }

    (TensorInfo Info, IStoredTensor Place) Locate(string name, PickledTensor tensor, Dictionary<string, (long Offset, long Length)> storages)
    {
        if (!storages.TryGetValue(tensor.Storage.Key, out var storage))
            throw Bad($"{name}: there is no storage {tensor.Storage.Key}");
        var info = new TensorInfo(name, tensor.ElementType, tensor.Shape) { File = Path };
        return (info, new StoredTensor(_file, storage, info, tensor, _strided));
    }

    DiagnosticException Bad(string message) => ErrorCatalog.BadCheckpointFile.Fails(Path, message);
}
