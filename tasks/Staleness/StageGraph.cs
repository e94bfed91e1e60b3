namespace Llava.Tasks.Staleness;

/// <summary>The checked stages as a graph: which reads what another writes.</summary>
public sealed class StageGraph(IReadOnlyList<StageVerdict> verdicts)
{
    /// <summary>In the order of the checks: a stage stands behind those it reads.</summary>
    public IReadOnlyList<StageVerdict> Stages => verdicts;

    /// <summary>Who reads what; a stage that reads its source only through another is not shown to read it twice.</summary>
    public IEnumerable<(string From, string To)> Edges() =>
        from verdict in verdicts
        from source in verdict.Reads
        where !verdict.Reads.Any(other => other != source && Dependents(source).Any(dependent => dependent.Stage == other))
        select (source, verdict.Stage);

    /// <summary>Every stage that reads what this one writes, directly or by way of another.</summary>
    public IReadOnlyList<StageVerdict> Dependents(string stage)
    {
        var found = new HashSet<string>(StringComparer.Ordinal) { stage };
        return [.. verdicts.Where(verdict => verdict.Reads.Any(found.Contains) && found.Add(verdict.Stage))];
    }

    /// <summary>How many stages lie on the longest way to each one.</summary>
    public IReadOnlyDictionary<string, int> Depths()
    {
        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var verdict in verdicts)
            depths[verdict.Stage] = verdict.Reads.Select(source => depths[source] + 1).DefaultIfEmpty(0).Max();
        return depths;
    }
}
