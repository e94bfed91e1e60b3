using System.Security.Cryptography;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>Hashes the files a conversion reads, beside the conversion itself: the disk delivers them once for both.</summary>
static class SourceHashes
{
    const int BlockBytes = 1 << 20;

    public static Task<IReadOnlyList<SourceHash>> StartAsync(string source, IEnumerable<TensorInfo> tensors, IEnumerable<DroppedTensor> dropped, CancellationToken cancellation)
    {
        string[] files = [.. tensors.Concat(dropped.Select(drop => drop.Source)).Select(tensor => tensor.File).Distinct().Order(StringComparer.Ordinal)];
        var folder = Directory.Exists(source) ? source : Path.GetDirectoryName(Path.GetFullPath(source))!;
        return Task.Run<IReadOnlyList<SourceHash>>(() => [.. files.Select(file => Hash(folder, file, cancellation))], cancellation);
    }

    // SHA256.HashData(Stream) reads 4 kB at a time, which costs more than the hash.
    static SourceHash Hash(string folder, string file, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var handle = File.OpenHandle(file, options: FileOptions.SequentialScan);
        var buffer = new byte[BlockBytes];
        long length = 0;
        for (int count; (count = RandomAccess.Read(handle, buffer, length)) > 0; length += count)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, count));
        }
        return new SourceHash(Path.GetRelativePath(folder, file).Replace('\\', '/'), length, System.Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
