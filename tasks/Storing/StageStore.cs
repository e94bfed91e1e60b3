using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Store;
using Llava.Tasks.Staleness;

namespace Llava.Tasks.Storing;

/// <summary>
/// The store of a graph: what a stage wrote comes back when code, settings and inputs are as they were then. A local folder
/// first, a remote one behind it; trouble with either is said once and never stops a run.
/// </summary>
public sealed class StageStore(ContentStore local, IRemoteStore? remote) : IDisposable
{
    readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    readonly bool _hasRemote = remote is not null;

    // Null when there is none, and when there has been trouble with it.
    IRemoteStore? _remote = remote;
    bool _isUnwritable;

    /// <summary>Progress goes here: to the task that is running.</summary>
    public Action<string> Say { get; set; } = _ => { };

    /// <summary>Trouble goes here.</summary>
    public Action<Diagnostic> Warn { get; set; } = _ => { };

    public ContentStore Local => local;

    /// <summary>Whether the store knows the outputs of a plan; of the remote one its entry is asked for, and nothing fetched.</summary>
    public bool Knows(StagePlan plan) => Has(plan) || Remotely(store => store.SizeOf(ObjectName.OfEntry(plan.Stage, plan.Key)) is not null);

    /// <summary>Puts the outputs of an earlier run into the stage's folder, with its record last; false where there are none that can be trusted.</summary>
    public bool TryRestore(StagePlan plan, StageListing listing, StageFiles files)
    {
        try
        {
            if (FindEntry(plan) is not { } entry || !IsComplete(entry) || RecordOf(entry, plan) is null)
                return false;
            Restore(entry, plan, files);
            listing.Write(files.DoneListing);
            File.Delete(files.Previous);
            return true;
        }
        catch (DiagnosticException refused)
        {
            Warn(refused.Diagnostics[0] with { Severity = Severity.Warning });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Warn(ErrorCatalog.StoreUnusable.Warns(null, $"{local.Folder}: {error.Message}; {plan.Stage} runs"));
        }
        return false;
    }

    /// <summary>A stage is about to be recorded: should this run end before it is stored, the next one stores it.</summary>
    public static void Announce(StageFiles files) => File.WriteAllBytes(files.Unstored, []);

    /// <summary>Stores a stage that is recorded.</summary>
    public void Keep(StageManifest manifest, IReadOnlyList<FileFingerprint> written, StageFiles files)
    {
        var entry = EntryOf(manifest, written);
        if (TryWrite(entry, manifest.Plan.Directory) && (!_hasRemote || Remotely(store => Share(store, entry, _ => true))))
            SayKept(manifest.Plan, files);
    }

    /// <summary>Whether nothing is left to do for a recorded stage: an earlier run may have been killed, may not have reached the remote store, or may have known of none.</summary>
    public bool IsKept(StagePlan plan, StageFiles files) => !File.Exists(files.Unstored) && (_remote is null || (File.Exists(files.Shared) && File.ReadAllText(files.Shared) == SharedAs(_remote, plan)));

    /// <summary>Stores a stage that an earlier run recorded, but did not store, or not share: what is here already is read again only where it is uploaded.</summary>
    public void KeepLate(StageManifest manifest, IReadOnlyList<FileFingerprint> written, StageFiles files)
    {
        var entry = EntryOf(manifest, written);
        if (!Has(manifest.Plan) || !_hasRemote)
            Keep(manifest, written, files);
        else if (Remotely(store => Share(store, entry, file => local.IsWhole(file) || TryWrite(entry, manifest.Plan.Directory))))
            SayKept(manifest.Plan, files);
    }

    void SayKept(StagePlan plan, StageFiles files)
    {
        if (_remote is not null)
            File.WriteAllText(files.Shared, SharedAs(_remote, plan));
        File.Delete(files.Unstored);
    }

    static string SharedAs(IRemoteStore store, StagePlan plan) => $"{plan.Key} {store.Address}";

    public void Dispose() => _remote?.Dispose();

    bool Has(StagePlan plan) => local.Has(plan.Stage, plan.Key);

    void Restore(StoreEntry entry, StagePlan plan, StageFiles files)
    {
        File.Delete(files.Begun);
        if (Directory.Exists(plan.Directory))
        {
            // The record goes first: a kill in between must not leave one that says more than there is.
            File.Delete(plan.ManifestPath);
            Directory.Delete(plan.Directory, recursive: true);
        }
        Directory.CreateDirectory(plan.Directory);
        local.Restore(entry, plan.Directory);
        AtomicFile.WriteAllBytes(plan.ManifestPath, entry.Record);
    }

    StoreEntry? FindEntry(StagePlan plan)
    {
        var name = ObjectName.OfEntry(plan.Stage, plan.Key);
        var address = _remote?.Address;
        var isFetched = !Has(plan) && Remotely(store => Fetch(store, name, StoreEntry.LargestBytes, sha256: null));
        try
        {
            return local.Read(plan.Stage, plan.Key);
        }
        catch (DiagnosticException refused) when (isFetched)
        {
            _refused.Add(name);
            // Who has to be asked about it is who can write there, not here.
            throw ErrorCatalog.StoreEntryRefused.Fails($"{address}/{name}", refused.Diagnostics[0].Message);
        }
    }

    bool TryWrite(StoreEntry entry, string directory)
    {
        if (_isUnwritable)
            return false;
        try
        {
            local.Write(entry, directory);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isUnwritable = true;
            Warn(ErrorCatalog.StoreUnusable.Warns(null, $"{local.Folder}: {error.Message}; this run stores nothing"));
            return false;
        }
    }

    static StoreEntry EntryOf(StageManifest manifest, IReadOnlyList<FileFingerprint> written) =>
        new(manifest.Plan.Stage, manifest.Plan.Key, File.ReadAllBytes(manifest.Plan.ManifestPath), [.. written.Select(file => new StoredFile(file.RelativePath, file.SizeBytes, file.Sha256))]);

    bool Share(IRemoteStore store, StoreEntry entry, Func<StoredFile, bool> isSound)
    {
        foreach (var file in entry.Files.DistinctBy(file => file.Sha256))
        {
            var name = ObjectName.OfContent(file.Sha256);
            // What was refused when it came from there is replaced by what is right.
            if (store.SizeOf(name) == file.SizeBytes && !_refused.Contains(name))
                continue;
            if (!isSound(file))
                return false;
            Put(store, name);
        }
        var ofEntry = ObjectName.OfEntry(entry.Stage, entry.Key);
        if (_refused.Contains(ofEntry) || store.SizeOf(ofEntry) != new FileInfo(local.PathOf(ofEntry)).Length)
            Put(store, ofEntry);
        return true;
    }

    void Put(IRemoteStore store, string name)
    {
        store.Put(name, local.PathOf(name));
        _refused.Remove(name);
    }

    bool IsComplete(StoreEntry entry)
    {
        var missing = local.Missing(entry);
        if (missing.Count == 0)
            return true;
        if (_remote is not null)
            Say(string.Create(CultureInfo.InvariantCulture, $"{entry.Stage}: fetching {missing.Sum(file => file.SizeBytes) / 1e6:0.0} MB from {_remote.Address}"));
        return missing.All(file => Remotely(store => Fetch(store, ObjectName.OfContent(file.Sha256), file.SizeBytes, file.Sha256)));
    }

    bool Fetch(IRemoteStore store, string name, long largestBytes, string? sha256)
    {
        using var file = new AtomicFile(local.PathOf(name));
        try
        {
            if (!store.TryFetch(name, file.Stream, largestBytes))
                return false;
            file.Stream.Flush();
            file.Stream.Position = 0;
            if (sha256 is not null && Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file.Stream)) != sha256)
                throw ErrorCatalog.StoreEntryRefused.Fails($"{store.Address}/{name}", "is damaged: its content has another hash than its name");
        }
        catch (DiagnosticException)
        {
            _refused.Add(name);
            throw;
        }
        file.Commit();
        if (sha256 is not null)
            SharedFile.Protect(local.PathOf(name));
        return true;
    }

    /// <summary>The record must be that of the plan, and say of its outputs what the entry says of its files.</summary>
    static StageManifest? RecordOf(StoreEntry entry, StagePlan plan)
    {
        var record = StageManifest.TryParse(entry.Record, plan.Directory);
        if (record is null || record.Plan.Key != plan.Key || record.Plan.Stage != plan.Stage)
            throw ErrorCatalog.StoreEntryRefused.Fails(ObjectName.OfEntry(plan.Stage, plan.Key), $"holds a record that is not one of {plan.Stage} as it is asked for");
        var outputs = entry.Files.Where(file => !file.Path.StartsWith('.')).GroupBy(file => file.Path.Split('/')[0])
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new StageOutput(group.Key, DigestOf(group.Key, [.. group])));
        return outputs.SequenceEqual(record.Outputs)
            ? record
            : throw ErrorCatalog.StoreEntryRefused.Fails(ObjectName.OfEntry(plan.Stage, plan.Key), $"holds other files than the record of {plan.Stage} names");
    }

    static TreeDigest DigestOf(string output, IReadOnlyList<StoredFile> files) => files is [var file] && file.Path == output
        ? TreeDigest.OfContent(new FileFingerprint(output, file.SizeBytes, file.Sha256))
        : TreeDigest.Of([.. files.Select(file => new FileFingerprint(file.Path[(output.Length + 1)..], file.SizeBytes, file.Sha256)).OrderBy(file => file.RelativePath, StringComparer.Ordinal)]);

    bool Remotely(Func<IRemoteStore, bool> act)
    {
        try
        {
            return _remote is not null && act(_remote);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Warn(ErrorCatalog.RemoteStoreUnreachable.Warns(null, $"{error.Message}; going on without the remote store"));
            _remote?.Dispose();
            _remote = null;
            return false;
        }
    }
}
