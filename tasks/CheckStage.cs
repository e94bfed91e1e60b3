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

    /// <summary>Stages, or prefixes that end in '/', whose outputs this one reads.</summary>
    public string[] After { get; set; } = [];

    /// <summary>What the stage is about: a dataset, a benchmark. The plan item takes over the first one's metadata.</summary>
    public ITaskItem[] Subject { get; set; } = [];

    /// <summary>The plan file; metadata Stamp is the record that it must not be newer than, StageDirectory the stage's folder.</summary>
    [Output]
    public ITaskItem[] Want { get; set; } = [];

    protected override void Run(GraphSession session)
    {
        var definition = Describe();
        var verdict = Judge(session, definition);
        session.Verdicts.Add(verdict);
        if (Explain)
            return;
        new StageChecker(session).Want(verdict);
        foreach (var reason in verdict.Reasons.Take(ReasonsShown))
            Log.LogMessage(MessageImportance.High, "{0} is stale: {1}", Stage, reason);
        if (verdict.Reasons.Count > ReasonsShown)
            Log.LogMessage(MessageImportance.High, "{0} is stale: and {1} more reasons", Stage, verdict.Reasons.Count - ReasonsShown);
        Want = [WantItem(session.FilesOf(Stage).Want, verdict.Plan!.ManifestPath)];
    }

    StageVerdict Judge(GraphSession session, StageDefinition definition)
    {
        var unfresh = Explain ? session.Verdicts.Where(verdict => !verdict.IsFresh && After.Any(name => IsNamed(verdict.Stage, name))).Select(verdict => verdict.Stage).ToArray() : [];
        try
        {
            return new StageChecker(session).Check(definition, unfresh);
        }
        catch (DiagnosticException missing) when (Explain)
        {
            var last = StageManifest.TryRead(System.IO.Path.Combine(definition.Directory, StageManifest.FileName));
            string[] reasons = unfresh.Length > 0 ? [] : [.. missing.Diagnostics.Select(diagnostic => diagnostic.ToString())];
            return new StageVerdict(Stage, definition.Directory, reasons, unfresh, last);
        }
    }

    static bool IsNamed(string stage, string name) => name.EndsWith('/') ? stage.StartsWith(name, StringComparison.Ordinal) : stage == name;

    TaskItem WantItem(string path, string stamp)
    {
        var item = new TaskItem(path);
        Subject.FirstOrDefault()?.CopyMetadataTo(item);
        item.SetMetadata("Stamp", stamp);
        item.SetMetadata("Stage", Stage);
        item.SetMetadata("StageDirectory", System.IO.Path.GetDirectoryName(stamp)!);
        return item;
    }
}
