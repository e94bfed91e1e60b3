using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks;

/// <summary>
/// Compares what a stage would be made from now with the record of its last run. When they differ the plan file becomes
/// newer than the record, so that the stage's target runs, and the reason is printed.
/// </summary>
public sealed class CheckStage : StageDescriptionTask
{
    const int ReasonsShown = 5;

    /// <summary>Only look: the plan file stays as it is, and a stage that waits for another is no error.</summary>
    public bool Explain { get; set; }

    /// <summary>Print what would run; <see cref="Explain"/> is set too.</summary>
    public bool DryRun { get; set; }

    /// <summary>Stages, or prefixes that end in '/', whose outputs this one reads.</summary>
    public string[] After { get; set; } = [];

    /// <summary>Reasons to run that the stage's own check found, for a stage that has none here.</summary>
    public string[] AlsoStale { get; set; } = [];

    /// <summary>The folder of the files that the stage has looked at and lists in its folder, to be watched; empty for none.</summary>
    public string WatchRoot { get; set; } = "";

    /// <summary>The stage's folder is not all that it writes, so that the store cannot bring it back.</summary>
    public bool WritesElsewhere { get; set; }

    [Output]
    public bool IsFresh { get; set; }

    /// <summary>The plan file; metadata Stamp is the record that it must not be newer than, StageDirectory the stage's folder.</summary>
    [Output]
    public ITaskItem[] Want { get; set; } = [];

    protected override void Run(GraphSession session)
    {
        var definition = Describe() with { WatchRoot = WatchRoot.Length == 0 ? null : System.IO.Path.GetFullPath(WatchRoot) };
        var verdict = Judge(session, definition);
        if (!Explain && !WritesElsewhere && !verdict.IsFresh && session.Store?.TryRestore(verdict.Plan!, verdict.Listing!, session.FilesOf(Stage)) == true)
        {
            Say(verdict.Reasons, "comes from the store");
            session.Inspector.Forget();
            verdict = Judge(session, definition);
        }
        if (verdict.Reasons.Count == 0)
            verdict = verdict with { Reasons = AlsoStale };
        IsFresh = verdict.IsFresh;
        session.Verdicts.Add(verdict);
        if (Explain)
        {
            if (DryRun)
                Announce(verdict);
            return;
        }
        if (!verdict.IsFresh)
            Watch(session, definition);
        StoreLate(session, verdict);
        new StageChecker(session).Want(verdict);
        Say(verdict.Reasons, "is stale");
        Want = [WantItem(session.FilesOf(Stage).Want, verdict.Plan!.ManifestPath)];
    }

    // The stage's program is about to start: what is edited from here on is held against this by the commit.
    void Watch(GraphSession session, StageDefinition definition)
    {
        if (session.ToolsAreOthers)
            throw new DiagnosticException(ErrorCatalog.InputChangedUnderRun.Says($"{Stage} was not started, because another run has built the tools from other sources since this one began; run the target again"));
        session.Inspector.ListCode();
        session.Writes[Stage] = session.Inspector.Writes(definition);
    }

    void StoreLate(GraphSession session, StageVerdict verdict)
    {
        var files = session.FilesOf(Stage);
        if (verdict is { IsFresh: true, Last: { } manifest } && !WritesElsewhere && !WatchedFiles.AnyBad(verdict.Directory) && session.Store is { } store && !store.IsKept(manifest.Plan, files))
        {
            store.KeepLate(manifest, session.Inspector.Files(verdict.Directory), files);
            session.Inspector.AcceptLinks(verdict.Directory);
        }
    }

    StageVerdict Judge(GraphSession session, StageDefinition definition)
    {
        var before = session.Verdicts.Where(verdict => After.Any(name => IsNamed(verdict.Stage, name))).ToArray();
        return Judge(session, definition, Explain ? [.. before.Where(verdict => !verdict.IsFresh).Select(verdict => verdict.Stage)] : []) with { Reads = [.. before.Select(verdict => verdict.Stage)] };
    }

    StageVerdict Judge(GraphSession session, StageDefinition definition, string[] unfresh)
    {
        try
        {
            var verdict = new StageChecker(session).Check(definition, unfresh);
            return verdict with { IsStored = Explain && verdict is { IsFresh: false, WaitsFor.Count: 0 } && session.Store?.Knows(verdict.Plan!) == true };
        }
        catch (DiagnosticException missing) when (Explain)
        {
            var last = StageManifest.TryRead(System.IO.Path.Combine(definition.Directory, StageManifest.FileName));
            string[] reasons = unfresh.Length > 0 ? [] : [.. missing.Diagnostics.Select(diagnostic => diagnostic.ToString())];
            return new StageVerdict(Stage, definition.Directory, reasons, unfresh, last);
        }
    }

    void Announce(StageVerdict verdict)
    {
        if (verdict.IsFresh)
            return;
        if (verdict.IsStored)
        {
            Say(verdict.Reasons, "would come from the store");
            return;
        }
        var cost = verdict.Last is { } last ? string.Create(CultureInfo.InvariantCulture, $" ({last.Seconds:0} s last time)") : "";
        Say(verdict.Reasons, $"would run{cost}");
        if (verdict.Reasons.Count == 0 && verdict.Last is null)
            Say(["it has not run yet"], "would run");
        else if (verdict.Reasons.Count == 0)
            Say([$"it reads what these will write: {string.Join(", ", verdict.WaitsFor)}"], $"may run{cost}");
    }

    void Say(IReadOnlyList<string> reasons, string what)
    {
        foreach (var reason in reasons.Take(ReasonsShown))
            Log.LogMessage(MessageImportance.High, "{0} {1}: {2}", Stage, what, PlainText.OneLine(reason));
        if (reasons.Count > ReasonsShown)
            Log.LogMessage(MessageImportance.High, "{0} {1}: and {2} more reasons", Stage, what, reasons.Count - ReasonsShown);
    }

    static bool IsNamed(string stage, string name) => name.EndsWith('/') ? stage.StartsWith(name, StringComparison.Ordinal) : stage == name;

    TaskItem WantItem(string path, string stamp)
    {
        var item = new TaskItem(path);
        Subject.FirstOrDefault()?.CopyMetadataTo(item);
        item.SetMetadata("Stamp", stamp);
        item.SetMetadata(nameof(WritesElsewhere), WritesElsewhere ? "true" : "false");
        item.SetMetadata("Stage", Stage);
        item.SetMetadata("StageDirectory", System.IO.Path.GetDirectoryName(stamp)!);
        return item;
    }
}
