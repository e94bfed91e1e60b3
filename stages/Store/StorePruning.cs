using Llava.Contracts.Files;

namespace Llava.Store;

/// <summary>What a pruning took away, or would.</summary>
public sealed record PruneResult(int EntriesRemoved, long BytesRemoved, int EntriesKept, long BytesKept);

/// <summary>Removes entries by age, then the longest unused ones until the rest is small enough, then files that no entry names.</summary>
public sealed class StorePruning(ContentStore store, TimeProvider clock)
{
    // Of a run that is just storing something: its entry comes last.
    static readonly TimeSpan YoungObject = TimeSpan.FromHours(1);

    /// <param name="inUse">Names of entries that stay in any case: an artifacts folder holds the same files.</param>
    /// <param name="dryRun">Only count.</param>
    public PruneResult Run(TimeSpan maximumAge, long maximumBytes, IReadOnlySet<string> inUse, bool dryRun)
    {
        var entries = Entries().OrderByDescending(entry => inUse.Contains(entry.Name)).ThenByDescending(entry => entry.UsedAt).ToArray();
        var (kept, keptObjects, keptBytes) = (0, new HashSet<string>(StringComparer.Ordinal), 0L);
        foreach (var entry in entries)
        {
            var added = entry.Files.Where(file => !keptObjects.Contains(file.Sha256)).DistinctBy(file => file.Sha256).Sum(file => file.SizeBytes);
            if (!inUse.Contains(entry.Name) && (clock.GetUtcNow() - entry.UsedAt > maximumAge || keptBytes + added > maximumBytes))
            {
                Remove(store.PathOf(entry.Name), dryRun);
                continue;
            }
            (kept, keptBytes) = (kept + 1, keptBytes + added);
            keptObjects.UnionWith(entry.Files.Select(file => file.Sha256));
        }
        return new PruneResult(entries.Length - kept, RemoveObjects(keptObjects, dryRun), kept, keptBytes);
    }

    long RemoveObjects(HashSet<string> kept, bool dryRun)
    {
        var removedBytes = 0L;
        foreach (var file in FilesBelow(ObjectName.Objects).Where(file => !kept.Contains(file.Name) && IsOurs(file) && clock.GetUtcNow() - StoredAt(file) > YoungObject).ToArray())
        {
            removedBytes += file.Length;
            Remove(file.FullName, dryRun);
        }
        return removedBytes;
    }

    // A link to a stage's file is as old as that: it is the linking that changed it last. Where the system does not tell, an object is a file of its own.
    static DateTimeOffset StoredAt(FileInfo file)
    {
        var linkedAt = DateTime.UnixEpoch.AddTicks(FileStamp.Of(file.FullName).ChangedNanoseconds / TimeSpan.NanosecondsPerTick);
        return linkedAt > file.CreationTimeUtc ? linkedAt : file.CreationTimeUtc;
    }

    IEnumerable<(string Name, DateTimeOffset UsedAt, IReadOnlyList<StoredFile> Files)> Entries() =>
        from file in FilesBelow(ObjectName.Entries)
        where file.Extension == ".json" && IsOurs(file)
        select ($"{ObjectName.Entries}/{file.Directory!.Name}/{file.Name}", (DateTimeOffset)file.LastWriteTimeUtc, StoreEntry.FilesOf(File.ReadAllBytes(file.FullName)));

    IEnumerable<FileInfo> FilesBelow(string part)
    {
        var folder = new DirectoryInfo(store.PathOf(part));
        return folder.Exists ? folder.EnumerateFiles("*", SearchOption.AllDirectories) : [];
    }

    // Unfinished ones too: the hash, then who was writing.
    static bool IsOurs(FileInfo file) => ObjectName.IsHash(file.Name.Split('.')[0]);

    static void Remove(string path, bool dryRun)
    {
        if (!dryRun)
            File.Delete(path);
    }
}
