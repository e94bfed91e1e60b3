using Llava.Contracts.Files;

namespace Llava.Preprocess.Shards;

/// <summary>Whether a file still is what it was: by size and modification time, by its hash where only the time moved.</summary>
static class FileContent
{
    // A write within the same clock tick as the hash would go unseen.
    static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(50);

    /// <summary>0 for a file that was written just now.</summary>
    public static long TrustedTicks(FileInfo file) => TimeProvider.System.GetUtcNow() - file.LastWriteTimeUtc > ClockTick ? file.LastWriteTimeUtc.Ticks : 0;

    public static bool IsUnchanged(string path, long sizeBytes, long modifiedTicks, string sha256)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length != sizeBytes)
            return false;
        if (file.LastWriteTimeUtc.Ticks == modifiedTicks)
            return true;
        return FileHash.Sha256(path, CancellationToken.None) == sha256;
    }
}
