using System.Security.Cryptography;

namespace Llava.Preprocess.Shards;

/// <summary>Whether a file still is what it was: by size and modification time, by its hash where only the time moved.</summary>
static class FileContent
{
    // A write within the same clock tick as the hash would go unseen.
    static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(50);

    const int BufferBytes = 1 << 18;

    /// <returns>SHA-256, lower-case hex.</returns>
    public static string Hash(string path, CancellationToken cancellation)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>0 for a file that was written just now.</summary>
    public static long TrustedTicks(FileInfo file) => TimeProvider.System.GetUtcNow() - file.LastWriteTimeUtc > ClockTick ? file.LastWriteTimeUtc.Ticks : 0;

    public static bool IsUnchanged(string path, long sizeBytes, long modifiedTicks, string sha256)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length != sizeBytes)
            return false;
        if (file.LastWriteTimeUtc.Ticks == modifiedTicks)
            return true;
        return Hash(path, CancellationToken.None) == sha256;
    }
}
