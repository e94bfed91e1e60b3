using System.Buffers.Binary;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Safetensors;

/// <summary>
/// One <c>.safetensors</c> file: an 8-byte header length, a JSON header, the tensors' bytes without gaps
/// (https://github.com/huggingface/safetensors#format).
/// </summary>
static class SafetensorsFile
{
    const long MaximumHeaderBytes = 100_000_000; // the limit of the format's own implementation

    /// <exception cref="DiagnosticException">The file is missing, or is not a whole safetensors file.</exception>
    public static ICheckpointReader Open(string path) => TensorFile.Open(path, new FileRegion(path), file =>
    {
        var length = ReadHeaderLength(file);
        var dataStart = 8 + length;
        var header = SafetensorsHeader.Parse(file.ReadArray(8, length), path, file.Length - dataStart);
        return (header.Tensors.Select(tensor => (tensor.Info, (IStoredTensor)new FileRange(file, dataStart + tensor.Start))), header.Metadata);
    });

    static int ReadHeaderLength(FileRegion file)
    {
        if (file.Length < 10)
            throw ErrorCatalog.BadCheckpointFile.Fails(file.Path, $"{file.Length} bytes are too few for a safetensors file");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.ReadArray(0, 8));
        if (length > MaximumHeaderBytes || (long)length > file.Length - 8)
            throw ErrorCatalog.BadCheckpointFile.Fails(file.Path, $"the header claims {length} bytes, the file has {file.Length}");
        return (int)length;
    }
}
