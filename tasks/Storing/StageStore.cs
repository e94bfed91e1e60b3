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
    IRemoteStore? _remote = remote;

    /// <summary>Progress goes here: to the task that is running.</summary>
    public Action<string> Say { get; set; } = _ => { };

    /// <summary>Trouble goes here.</summary>
    public Action<Diagnostic> Warn { get; set; } = _ => { };

    public ContentStore Local => local;

    /// <summary>Whether the local store knows the outputs of a plan.</summary>
    public bool Has(StagePlan plan) => local.Has(plan.Stage, plan.Key);

    /// <summary>Puts the outputs of an earlier run into the stage's folder, with its record last; false where there are none that can be trusted.</summary>
    public bool TryRestore(StagePlan plan, StageListing listing, StageFiles files)
    {
        try
        {
            if (FindEntry(plan) is not { } entry || !IsComplete(entry) || RecordOf(entry, plan) is null)
                return false;
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
            listing.Write(files.DoneListing);
            File.Delete(files.Previous);
            return true;
        }
        catch (DiagnosticException refused)
        {
            Warn(refused.Diagnostics[0] with { Severity = Severity.Warning });
            return false;
        }
    }

    /// <summary>Stores a stage that has just been recorded.</summary>
    public void Keep(StageManifest manifest, IReadOnlyList<FileFingerprint> files)
    {
        var plan = manifest.Plan;
        var entry = new StoreEntry(plan.Stage, plan.Key, File.ReadAllBytes(plan.ManifestPath), [.. files.Select(file => new StoredFile(file.RelativePath, file.SizeBytes, file.Sha256))]);
        local.Write(entry, plan.Directory);
        Remotely(remote =>
        {
            foreach (var name in entry.Files.Select(file => ObjectName.OfContent(file.Sha256)).Distinct().Append(ObjectName.OfEntry(plan.Stage, plan.Key)).Where(name => !remote.Has(name)))
                remote.Put(name, local.PathOf(name));
            return true;
        });
    }

    public void Dispose() => _remote?.Dispose();

    StoreEntry? FindEntry(StagePlan plan)
    {
        if (!Has(plan))
            Remotely(remote => Fetch(remote, ObjectName.OfEntry(plan.Stage, plan.Key), sha256: null));
        return local.Read(plan.Stage, plan.Key);
    }

    bool IsComplete(StoreEntry entry)
    {
        var missing = local.Missing(entry);
        if (missing.Count == 0)
            return true;
        if (_remote is not null)
            Say(string.Create(CultureInfo.InvariantCulture, $"{entry.Stage}: fetching {missing.Sum(file => file.SizeBytes) / 1e6:0.0} MB from {_remote.Address}"));
        return missing.All(file => Remotely(remote => Fetch(remote, ObjectName.OfContent(file.Sha256), file.Sha256)));
    }

    bool Fetch(IRemoteStore remote, string name, string? sha256)
    {
        using var file = new AtomicFile(local.PathOf(name));
        if (!remote.TryFetch(name, file.Stream))
            return false;
        file.Stream.Flush();
        file.Stream.Position = 0;
        if (sha256 is not null && Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file.Stream)) != sha256)
            throw ErrorCatalog.StoreEntryRefused.Fails($"{remote.Address}/{name}", "is damaged: its content has another hash than its name");
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
