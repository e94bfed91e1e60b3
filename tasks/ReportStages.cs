using System.Globalization;
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
        foreach (var verdict in session.Verdicts)
        {
            Log.LogMessage(MessageImportance.High, "{0}", $"{verdict.Stage.PadRight(nameWidth)}  {State(verdict),-9}{LastRun(verdict.Last)}");
            if (!Explain)
                continue;
            foreach (var reason in verdict.Reasons)
                Log.LogMessage(MessageImportance.High, "{0}", $"{new string(' ', nameWidth)}    {reason}");
            if (verdict.WaitsFor.Count > 0)
                Log.LogMessage(MessageImportance.High, "{0}", $"{new string(' ', nameWidth)}    it reads what these will write: {string.Join(", ", verdict.WaitsFor)}");
        }
        if (Explain)
            Log.LogMessage(MessageImportance.High, "{0}", Estimate(session.Verdicts));
    }

    static string State(StageVerdict verdict) => verdict switch
    {
        { IsFresh: true } => "fresh",
        { Reasons.Count: > 0 } => "stale",
        _ => "waits",
    };

    static string LastRun(StageManifest? last)
    {
        if (last is null)
            return "never run";
        var bytes = last.Outputs.Sum(output => output.Digest.SizeBytes);
        var age = DateTimeOffset.UtcNow - last.FinishedAt;
        var commit = last.GitCommit.Length >= 8 ? last.GitCommit[..8] + (last.GitCommit.EndsWith("-dirty", StringComparison.Ordinal) ? "+" : "") : last.GitCommit;
        return string.Create(CultureInfo.InvariantCulture, $"{Age(age)} ago, {last.Seconds,7:0.0} s, {bytes / 1e6,9:0.0} MB, {Rows(last),8} rows, {commit}");
    }

    static string Rows(StageManifest last) =>
        last.Counts.TryGetValue("rows_written", out var rows) || last.Counts.TryGetValue("samples", out rows) ? rows.ToString(CultureInfo.InvariantCulture) : "-";

    static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds,3:0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes,3:0} min"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours,3:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays,3:0} d"),
    };

    static string Estimate(IReadOnlyList<StageVerdict> verdicts)
    {
        var toRun = verdicts.Where(verdict => !verdict.IsFresh).ToArray();
        if (toRun.Length == 0)
            return "nothing would run";
        var seconds = toRun.Sum(verdict => verdict.Last?.Seconds ?? 0);
        var unknown = toRun.Count(verdict => verdict.Last is null);
        var rest = unknown == 0 ? "" : $", and {unknown} that never ran";
        return string.Create(CultureInfo.InvariantCulture, $"{toRun.Length} stages would run; they took {seconds:0} s last time{rest}");
    }
}
