using System.Security.Cryptography;

namespace Llava.Conversion.Certificates;

/// <summary>
/// Hashes the files a conversion reads, beside the conversion itself. Hashing is faster than writing, so it is held back: what it ran
/// ahead would have left the system's cache when the conversion comes to it, and the disk would deliver everything twice.
/// </summary>
static class SourceHashes
{
    const int BlockBytes = 1 << 20;
    const long LargestLeadBytes = 1 << 30;

    /// <param name="source">The conversion's source, which the files are named after.</param>
    /// <param name="weights">Hashed in step with the conversion, which reads them in this order.</param>
    /// <param name="companions">The small files beside them.</param>
    public static Task<IReadOnlyList<SourceHash>> StartAsync(
        string source, IReadOnlyList<string> weights, IReadOnlyList<string> companions, ConversionPace pace, CancellationToken cancellation)
    {
        var names = new SourceNames(source, weights);
        return Task.Run<IReadOnlyList<SourceHash>>(() =>
        {
            long hashed = 0;
            SourceHash[] hashes =
            [
                .. weights.Select(file => Hash(names.Of(file), file, count => pace.WaitFor((hashed += count) - LargestLeadBytes, cancellation), cancellation)),
                .. companions.Select(file => Hash(names.Of(file), file, _ => { }, cancellation)),
            ];
            return [.. hashes.OrderBy(hash => hash.File, StringComparer.Ordinal)];
        }, cancellation);
    }

    // SHA256.HashData(Stream) reads 4 kB at a time, which costs more than the hash.
    static SourceHash Hash(string name, string file, Action<int> onHashed, CancellationToken cancellation)
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
        return new SourceHash(name, length, System.Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
