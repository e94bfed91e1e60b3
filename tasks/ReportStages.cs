using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>Prints what the checks of this build found: a line per stage for <c>Status</c>, every reason for <c>Why</c>.</summary>
public sealed class ReportStages : GraphTask
{
    /// <summary>Reasons and estimates too.</summary>
    public bool Explain { get; set; }

    protected override void Run(GraphSession session)
    {
        var nameWidth = session.Verdicts.Max(verdict => verdict.Stage.Length);
        var graph = new StageGraph(session.Verdicts);
        foreach (var verdict in session.Verdicts)
        {
            Log.LogMessage(MessageImportance.High, "{0}", $"{verdict.Stage.PadRight(nameWidth)}  {verdict.State,-9}{LastRun(verdict.Last)}");
            if (!Explain)
                continue;
            foreach (var line in Explanation(verdict, graph))
                Log.LogMessage(MessageImportance.High, "{0}", $"{new string(' ', nameWidth)}    {PlainText.OneLine(line)}");
        }
        if (Explain)
            Log.LogMessage(MessageImportance.High, "{0}", Estimate(session.Verdicts));
    }

    static IEnumerable<string> Explanation(StageVerdict verdict, StageGraph graph)
    {
        foreach (var reason in verdict.Reasons)
            yield return reason;
        if (verdict.WaitsFor.Count > 0)
            yield return $"it reads what these will write: {string.Join(", ", verdict.WaitsFor)}";
        if (verdict.Reasons.Count == 0)
            yield break;
        if (verdict.IsStored)
            yield return "the store has what it wrote for these inputs: it comes back without work";
        var (dependents, own) = (graph.Dependents(verdict.Stage), verdict.Last is { } last ? string.Create(CultureInfo.InvariantCulture, $"{last.Seconds:0} s") : "unknown");
        yield return dependents.Count == 0
            ? $"takes about {own}; nothing else reads it"
            : $"takes about {own}; because of it these run too, unless it writes the same as before: {string.Join(", ", dependents.Select(dependent => dependent.Stage))} ({Seconds([.. dependents.Where(dependent => !dependent.IsStored)])})";
    }

    /// <summary>"about 31 s"; what never ran is not guessed at.</summary>
    static string Seconds(IReadOnlyList<StageVerdict> verdicts)
    {
        var unknown = verdicts.Count(verdict => verdict.Last is null);
        return string.Create(CultureInfo.InvariantCulture, $"about {verdicts.Sum(verdict => verdict.Last?.Seconds ?? 0):0} s{(unknown == 0 ? "" : $", and {unknown} that never ran")}");
    }

    static string LastRun(StageManifest? last)
    {
        if (last is null)
            return "never run";
        var bytes = last.Outputs.Sum(output => output.Digest.SizeBytes);
        var age = DateTimeOffset.UtcNow - last.FinishedAt;
        var commit = last.GitCommit.Length >= 8 ? last.GitCommit[..8] + (last.GitCommit.EndsWith("-dirty", StringComparison.Ordinal) ? "+" : "") : last.GitCommit;
        return string.Create(CultureInfo.InvariantCulture, $"{Age(age)} ago, {last.Seconds,7:0.0} s, {bytes / 1e6,9:0.0} MB, {Rows(last),8} rows, {PlainText.OneLine(commit)}");
    }

    /// <summary>Of what the stage wrote, where that is in rows: tokenized ones, samples, answers.</summary>
    static string Rows(StageManifest last) =>
        last.Counts.TryGetValue("rows_written", out var rows) || last.Counts.TryGetValue("samples_written", out rows) || last.Counts.TryGetValue("questions", out rows) ? rows.ToString(CultureInfo.InvariantCulture) : "-";

    static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds,3:0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes,3:0} min"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours,3:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays,3:0} d"),
    };

    static string Estimate(IReadOnlyList<StageVerdict> verdicts)
    {
        var toRun = verdicts.Where(verdict => verdict is { IsFresh: false, IsStored: false }).ToArray();
        var stored = verdicts.Count(verdict => verdict.IsStored) is > 0 and var count ? $"{count} would come from the store" : "";
        return (toRun.Length, stored) switch
        {
            (0, "") => "nothing would run",
            (0, _) => stored,
            (_, "") => $"{toRun.Length} stages would run; by their last runs {Seconds(toRun)}",
            _ => $"{stored}, {toRun.Length} stages would run; by their last runs {Seconds(toRun)}",
        };
    }
}
