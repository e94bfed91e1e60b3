using System.Globalization;
using Llava.Store;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>Makes the local store smaller: by age first, then by size. What the artifacts folder holds right now stays.</summary>
public sealed class PruneStore : GraphTask
{
    /// <summary>Days since an entry was made or used last, after which it goes.</summary>
    [Required]
    public double Days { get; set; }

    /// <summary>Gigabytes that may stay.</summary>
    [Required]
    public double Gigabytes { get; set; }

    public bool DryRun { get; set; }

    protected override void Run(GraphSession session)
    {
        if (session.Store is not { Local: var store })
            return;
        var inUse = Directory.Exists(ArtifactsDir)
            ? Directory.EnumerateFiles(ArtifactsDir, StageManifest.FileName, SearchOption.AllDirectories).Select(path => StageManifest.TryRead(path)?.Plan).OfType<StagePlan>().Select(plan => ObjectName.OfEntry(plan.Stage, plan.Key)).ToHashSet()
            : [];
        var result = new StorePruning(store, TimeProvider.System).Run(TimeSpan.FromDays(Days), (long)(Gigabytes * 1e9), inUse, DryRun);
        Log.LogMessage(MessageImportance.High, "{0}", string.Create(CultureInfo.InvariantCulture,
            $"{store.Folder}: {(DryRun ? "would remove" : "removed")} {result.EntriesRemoved} entries and {result.BytesRemoved / 1e6:0.0} MB of files; {result.EntriesKept} entries stay, {result.BytesKept / 1e6:0.0} MB"));
    }
}
