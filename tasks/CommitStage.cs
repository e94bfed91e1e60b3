using System.Diagnostics;
using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Tasks.Staleness;
using Llava.Tasks.Storing;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>
/// Records a finished stage in <c>stage.json</c>: the last thing a stage does. Inputs are looked at once more: what changed
/// while the stage ran is not recorded as done.
/// </summary>
public sealed class CommitStage : GraphTask
{
    /// <summary>The plan file that <see cref="CheckStage"/> left.</summary>
    [Required]
    public ITaskItem Want { get; set; } = null!;

    /// <summary><c>name=value</c>, as the stage's program counted them.</summary>
    public string[] Counts { get; set; } = [];

    public double Seconds { get; set; }

    protected override void Run(GraphSession session)
    {
        var definition = session.Definitions[Want.GetMetadata("Stage")];
        var files = session.FilesOf(definition.Stage);
        session.Inspector.Forget();
        var (plan, listing) = session.Inspector.Plan(definition);
        if (ChangeUnderRun(session, plan, listing) is { } change)
        {
            // What was read in between is not known, so that nothing can go on from it.
            File.Delete(files.Begun);
            Log.LogDiagnostic(ErrorCatalog.InputChangedUnderRun.Says($"{plan.Stage} is not recorded as done, because what it reads changed while it ran: {change}; run the target again"));
            return;
        }
        WarnOfWrites(session, definition);
        var manifest = new StageManifest(plan, session.Inspector.Outputs(plan.Directory), CountsByName(), Seconds, GitCommit(), DateTimeOffset.UtcNow, session.Inspector.Packages(definition));
        var store = StoreFor(session, plan);
        if (store is not null)
            StageStore.Announce(files);
        manifest.Write();
        listing.Write(files.DoneListing);
        File.Delete(files.Begun);
        File.Delete(files.Previous);
        if (store is not null)
        {
            store.Keep(manifest, session.Inspector.Files(plan.Directory), files);
            session.Inspector.AcceptLinks(plan.Directory);
        }
        session.Save();
    }

    static string? ChangeUnderRun(GraphSession session, StagePlan plan, StageListing listing)
    {
        var files = session.FilesOf(plan.Stage);
        if (StageManifestJson.TryReadPlan(files.Want, plan.Directory) is not { } before)
            return $"{session.Inspector.Show(files.Want)} cannot be read";
        return before.Key == plan.Key ? null : StageReasons.Compare(before, plan, StageListing.Read(files.WantedListing), listing).FirstOrDefault() ?? "its inputs";
    }

    // A touched file must not cost a training of days: what holds what it held counts as unchanged, and is named.
    void WarnOfWrites(GraphSession session, StageDefinition definition)
    {
        var (was, now) = (session.Writes.GetValueOrDefault(definition.Stage), session.Inspector.Writes(definition));
        if (was is not null && now.Keys.FirstOrDefault(path => was.GetValueOrDefault(path) != now[path]) is { } written)
            Log.LogDiagnostic(ErrorCatalog.InputChangedUnderRun.Warns(written, $"this was written to while {definition.Stage} ran, and holds again what it held before; where it held something else in between, remove {definition.Directory} and run the target again"));
    }

    // What depends on files outside the plan, or writes outside its folder, cannot be brought back by its key.
    StageStore? StoreFor(GraphSession session, StagePlan plan) =>
        Want.GetMetadata(nameof(CheckStage.WritesElsewhere)) == "true" || WatchedFiles.AnyBad(plan.Directory) ? null : session.Store;

    Dictionary<string, double> CountsByName() => Counts
        .Select(count => count.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));

    /// <summary>"unknown" where there is no git, or no repository.</summary>
    string GitCommit()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "describe", "--always", "--dirty", "--abbrev=40"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var commit = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? commit : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
