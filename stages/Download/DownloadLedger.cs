using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Download.Hub;
using Llava.Download.Locking;
using Llava.Download.Planning;
using Llava.Download.Sources;
using Llava.Download.Transfer;

namespace Llava.Download;

/// <summary>Keeps the lock, the record and the summary in step with what has arrived. Thread-safe while files arrive.</summary>
sealed class DownloadLedger(IReadOnlyList<SourcePlan> plans, DatasetsLock locks, RecordedFiles recorded, DownloadOptions options)
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Dictionary<string, ContentDigest> _arrived = new(StringComparer.Ordinal);

    /// <summary>Files that are here now, in the plan's order.</summary>
    public IEnumerable<(PlannedFile File, ContentDigest Digest)> Arrived =>
        from plan in plans from file in plan.Files where _arrived.ContainsKey(file.Target) select (file, _arrived[file.Target]);

    /// <summary>Locks the commits before the first file is fetched: a run that is stopped goes on with the same ones.</summary>
    public void Begin()
    {
        foreach (var file in plans.SelectMany(plan => plan.Files).Where(file => file.Present is not null))
            Add(file, file.Present!);
        foreach (var plan in plans.Where(plan => plan.Revision is not null && (options.UpdateLock || locks.Find(plan.Source.LockName) is null)).DistinctBy(plan => plan.Source.LockName))
            locks.Put(plan.Source.LockName, LockedSource.Empty with { Revision = plan.Revision });
        Save();
    }

    public bool IsUnpacked(PlannedFile archive) => archive.Present is not null && !File.Exists(archive.Target);

    public void Add(PlannedFile file, ContentDigest digest)
    {
        lock (_arrived)
            _arrived[file.Target] = digest;
        if (!file.Source.Unpack)
            recorded.Add(file.Target, digest.Sha256);
    }

    /// <summary>Writes down what has arrived so far.</summary>
    public void Save()
    {
        LockArrived();
        recorded.Save(isWhole: false);
    }

    /// <param name="received">Bytes that came over the network.</param>
    public void Finish(IStageLog log, long received)
    {
        LockArrived();
        foreach (var plan in plans.Where(plan => plan.Source.Address.IsHub))
            HubFolder.Mark(plan.Source.Folder, plan.Source.Address.Value);
        if (File.Exists(options.LockFile))
            recorded.Add(options.LockFile, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(options.LockFile))));
        recorded.Save(isWhole: true);
        WriteSummary();
        log.Count("files", _arrived.Count);
        log.Count("bytes_received", received);
        foreach (var source in plans.Select(plan => plan.Source).Where(source => source.Note is not null && source.Address.Kind != SourceKind.ByHand))
            log.Information($"{source.Name}: {source.Note}");
        log.Information($"download: {_arrived.Count} files of {plans.Count} sources are here, {DiskSpace.Show(received)} received");
    }

    void LockArrived()
    {
        if (options.Frozen)
            return;
        foreach (var group in plans.Where(plan => plan.Source.Address.Kind != SourceKind.ByHand).GroupBy(plan => plan.Source.LockName))
        {
            var before = locks.Find(group.Key) ?? LockedSource.Empty;
            var files = new Dictionary<string, LockedFile>(before.Files, StringComparer.Ordinal);
            foreach (var file in group.SelectMany(plan => plan.Files).Where(file => _arrived.ContainsKey(file.Target)))
                files[file.Path] = new LockedFile(_arrived[file.Target].SizeBytes, _arrived[file.Target].Sha256);
            var whole = group.Where(plan => plan.Files.All(file => _arrived.ContainsKey(file.Target))).SelectMany(plan => plan.Source.Files).Where(FileSelection.IsPattern);
            var patterns = group.First().Revision is null ? [] : before.Patterns.Union(whole).Order(StringComparer.Ordinal).ToArray();
            if (files.Count != before.Files.Count || patterns.Length != before.Patterns.Count || files.Any(file => before.Files.GetValueOrDefault(file.Key) != file.Value))
                locks.Put(group.Key, new LockedSource(group.First().Revision, patterns, files));
        }
        locks.Save();
    }

    void WriteSummary()
    {
        if (options.Output is null)
            return;
        var summary = plans.Select(plan => new
        {
            name = plan.Source.Name,
            from = plan.Source.LockName,
            revision = plan.Revision,
            folder = plan.Source.Folder,
            files = plan.Files.Count,
            bytes = plan.Files.Sum(file => _arrived[file.Target].SizeBytes),
        });
        AtomicFile.WriteAllText(Path.Combine(options.Output, "sources.json"), JsonSerializer.Serialize(summary, Readable) + "\n");
    }
}
