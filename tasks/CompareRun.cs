using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Tasks.Reproducing;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>Compares every hash of the run in the artifacts folder with the committed manifest, or writes the manifest.</summary>
public sealed class CompareRun : GraphTask
{
    /// <summary><c>run.lock.json</c>.</summary>
    [Required]
    public string Manifest { get; set; } = "";

    /// <summary>Write it anew.</summary>
    public bool Update { get; set; }

    /// <summary>Only see whether there is one: before the run that is to be compared with it.</summary>
    public bool ReadOnly { get; set; }

    protected override void Run(GraphSession session)
    {
        var was = Update ? null : RunManifest.Read(Manifest);
        if (ReadOnly)
            return;
        session.Inspector.Forget();
        var now = Collect(session);
        if (was is null)
        {
            now.Write(Manifest);
            Say($"{session.Inspector.Show(Manifest)}: {now.Stages.Count} stages, {now.Stages.Sum(stage => stage.Files.Count)} hashes; commit it");
            return;
        }
        Report(RunComparison.Of(was, now), was, now, session.Inspector.Show(Manifest));
    }

    void Report(RunComparison comparison, RunManifest was, RunManifest now, string shown)
    {
        foreach (var difference in comparison.Differences)
            Log.LogDiagnostic(ErrorCatalog.RunDiffers.At(Manifest, difference));
        if (!comparison.IsSameMachine)
        {
            Say($"{shown} was made on {was.Machine}; this is {now.Machine}");
            Say($"so what depends on how floats are added is not comparable here; {comparison.NotComparable.Count} of these hashes differ, and all else must be the same");
        }
        foreach (var difference in comparison.NotComparable)
            Say($"  not comparable: {difference}");
        if (comparison.Differences.Count == 0)
            Say($"reproduced: {now.Stages.Count} stages, {comparison.FilesAlike} hashes of outputs as in {shown}");
    }

    RunManifest Collect(GraphSession session)
    {
        var records = Directory.EnumerateFiles(ArtifactsDir, StageManifest.FileName, SearchOption.AllDirectories).Select(path => StageManifest.TryRead(path)).OfType<StageManifest>()
            .OrderBy(record => record.FinishedAt).ToArray();
        var packages = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, version) in records.SelectMany(record => record.Packages))
            packages[name] = version;
        return new RunManifest(Machine.OfThis(), packages, [.. records.Select(record => RunStage.Of(record.Plan, session.Inspector.Files(record.Plan.Directory)))]);
    }

    void Say(FormattableString text) => Log.LogMessage(MessageImportance.High, "{0}", text.ToString(CultureInfo.InvariantCulture));
}
