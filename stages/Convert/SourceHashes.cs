using System.Security.Cryptography;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>
/// Hashes the files a conversion reads, beside the conversion itself. Hashing is faster than writing, so it is held back: what it ran
/// ahead would have left the system's cache when the conversion comes to it, and the disk would deliver everything twice.
/// </summary>
static class SourceHashes
{
    const int BlockBytes = 1 << 20;
    const long LargestLeadBytes = 1 << 30;

    public static Task<IReadOnlyList<SourceHash>> StartAsync(string source, IEnumerable<TensorInfo> tensors, IEnumerable<DroppedTensor> dropped, ConversionPace pace, CancellationToken cancellation)
    {
        string[] files = [.. tensors.Concat(dropped.Select(drop => drop.Source)).Select(tensor => tensor.File).Distinct().Order(StringComparer.Ordinal)];
        var folder = Directory.Exists(source) ? source : Path.GetDirectoryName(Path.GetFullPath(source))!;
        return Task.Run<IReadOnlyList<SourceHash>>(() =>
        {
            long hashed = 0;
            return [.. files.Select(file => Hash(folder, file, count => pace.WaitFor((hashed += count) - LargestLeadBytes, cancellation), cancellation))];
        }, cancellation);
    }

    // SHA256.HashData(Stream) reads 4 kB at a time, which costs more than the hash.
    static SourceHash Hash(string folder, string file, Action<int> onHashed, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var handle = File.OpenHandle(file, options: FileOptions.SequentialScan);
        var buffer = new byte[BlockBytes];
        long length = 0;
        for (int count; (count = RandomAccess.Read(handle, buffer, length)) > 0; length += count)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, count));
            onHashed(count);
        }
        return new SourceHash(Path.GetRelativePath(folder, file).Replace('\\', '/'), length, System.Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
