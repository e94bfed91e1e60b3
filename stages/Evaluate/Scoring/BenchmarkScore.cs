namespace Llava.Evaluate.Scoring;

/// <summary>What a benchmark makes of a set of answers.</summary>
/// <param name="Metric">What <paramref name="Value"/> is: "accuracy", "F1", "points".</param>
/// <param name="Value">The headline figure in the unit it is published in: per cent, or points for MME.</param>
/// <param name="QuestionCount">Questions behind it.</param>
/// <param name="Parts">Further figures by name, in the order they are shown; counts, or per cent and points as the headline.</param>
/// <param name="Items">Per question a figure from 0 to 1, for tests between two runs; empty where it has none.</param>
public sealed record BenchmarkScore(
    string Metric,
    double Value,
    int QuestionCount,
    ScoreInterval Interval,
    IReadOnlyList<(string Name, double Value)> Parts,
    IReadOnlyList<ScoredItem> Items)
{
    /// <summary>What the mean of the <see cref="Items"/> is, where it is not the headline.</summary>
    public string ItemMetric { get; init; } = Metric;

    /// <summary>A headline that is the mean over all questions, in per cent.</summary>
    internal static BenchmarkScore OfMean(string metric, IReadOnlyList<ScoredItem> items, IReadOnlyList<(string Name, double Value)>? parts = null)
    {
        double[] values = [.. items.Select(item => item.Value)];
        return new BenchmarkScore(metric, 100 * values.Average(), items.Count, Bootstrap.OfMean(values, scale: 100), parts ?? [], items);
    }

    /// <summary>The share of the items that are right, in per cent; 0 where there are none.</summary>
    internal static double Percent(IEnumerable<bool> right)
    {
        var (count, total) = (0, 0);
        foreach (var isRight in right)
        {
            total++;
            count += isRight ? 1 : 0;
        }
        return total == 0 ? 0 : 100.0 * count / total;
    }
}

/// <param name="Key">The question's id, with its prompt where ids repeat.</param>
/// <param name="Value">From 0 (wrong) to 1 (right).</param>
public sealed record ScoredItem(string Key, double Value);
