using Llava.Contracts.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Llava.Model.Checkpoints;

/// <summary>A file open for reads at any place from any thread.</summary>
sealed class FileRegion : IDisposable
{
    readonly SafeFileHandle _handle;

    public FileRegion(string path)
    {
        if (!File.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such file");
        Path = path;
        _handle = File.OpenHandle(path);
        Length = RandomAccess.GetLength(_handle);
    }

    public string Path { get; }

    public long Length { get; }

    public void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var count = RandomAccess.Read(_handle, destination, offset);
            if (count == 0)
                throw ErrorCatalog.BadCheckpointFile.Fails(Path, $"the file ends at byte {Length}, {destination.Length} bytes too early");
            offset += count;
            destination = destination[count..];
        }
    }

    /// <summary>A bounded piece as an array; the caller has checked the length against the file's.</summary>
    public byte[] ReadArray(long offset, int count)
    {
        var bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    public void Dispose() => _handle.Dispose();
}
