using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;

namespace Llava.Store;

/// <summary>
/// Finished stages by what they were made from, files by what they hold: <c>entries/</c> and <c>objects/</c> of one folder.
/// Whatever is read is hashed first. What is damaged is removed, and is then simply not there.
/// </summary>
public sealed class ContentStore(string folder)
{
    public string Folder => folder;

    public string PathOf(string name) => Path.Combine(folder, name);

    public bool Has(string stage, string key) => File.Exists(PathOf(ObjectName.OfEntry(stage, key)));

    /// <summary>The entry, or null where there is none.</summary>
    /// <exception cref="DiagnosticException">It cannot be trusted; it has been removed.</exception>
    public StoreEntry? Read(string stage, string key)
    {
        var path = PathOf(ObjectName.OfEntry(stage, key));
        if (!File.Exists(path))
            return null;
        try
        {
            return StoreEntry.Parse(File.ReadAllBytes(path), stage, key, path);
        }
        catch (DiagnosticException)
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Takes over a finished stage: objects first, the entry last.</summary>
    public void Write(StoreEntry entry, string stageFolder)
    {
        foreach (var file in entry.Files)
        {
            var path = PathOf(ObjectName.OfContent(file.Sha256));
            // One that was edited through a hard link must not stay under the name of what it was.
            if (!IsWhole(file))
                SharedFile.Create(Path.Combine(stageFolder, file.Path), path);
            SharedFile.Protect(path);
        }
        AtomicFile.WriteAllBytes(PathOf(ObjectName.OfEntry(entry.Stage, entry.Key)), entry.ToBytes());
    }

    /// <summary>The objects of an entry that are not here, each once. One whose content is not what its name says is removed, and counts.</summary>
    public IReadOnlyList<StoredFile> Missing(StoreEntry entry) => [.. entry.Files.DistinctBy(file => file.Sha256).Where(file => !IsWhole(file))];

    /// <summary>Puts an entry's files into an empty folder. Nothing may be <see cref="Missing"/>.</summary>
    public void Restore(StoreEntry entry, string stageFolder)
    {
        foreach (var file in entry.Files)
            SharedFile.Create(PathOf(ObjectName.OfContent(file.Sha256)), Path.Combine(stageFolder, file.Path));
        // What was used last is pruned last.
        File.SetLastWriteTimeUtc(PathOf(ObjectName.OfEntry(entry.Stage, entry.Key)), TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    /// <summary>Whether the object is here and is what its name says; one that is not is removed.</summary>
    public bool IsWhole(StoredFile file)
    {
        var path = PathOf(ObjectName.OfContent(file.Sha256));
        if (!File.Exists(path))
            return false;
        // A link would be followed by whoever writes to it later.
        if (new FileInfo(path) is { LinkTarget: null } found && found.Length == file.SizeBytes && FileHash.Sha256(path) == file.Sha256)
            return true;
        File.Delete(path);
        return false;
    }
}
