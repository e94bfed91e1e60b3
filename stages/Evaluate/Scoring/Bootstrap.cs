namespace Llava.Evaluate.Scoring;

/// <summary>
/// Percentile bootstrap (Efron 1979): the score of many data sets drawn with replacement from the questions. Seeded, so the
/// same answers have the same interval. Questions count as independent; where several ask about one picture it is a little narrow.
/// </summary>
static class Bootstrap
{
    public const int Resamples = 1000;
    public const int Seed = 1;
    public const double Confidence = 0.95;

    public static ScoreInterval OfMean(IReadOnlyList<double> values, double scale = 1) =>
        Of([values.Count], drawn => scale * Mean(values, drawn[0]));

    /// <param name="strata">Sizes of the groups that are drawn from separately.</param>
    /// <param name="statistic">The score of one drawing: for each group the indices of its drawn members.</param>
    public static ScoreInterval Of(IReadOnlyList<int> strata, Func<IReadOnlyList<int[]>, double> statistic)
    {
        var random = new Random(Seed);
        var drawn = strata.Select(size => new int[size]).ToArray();
        var scores = new double[Resamples];
        for (var resample = 0; resample < Resamples; resample++)
        {
            foreach (var indices in drawn)
            {
                for (var i = 0; i < indices.Length; i++)
                    indices[i] = random.Next(indices.Length);
            }
            scores[resample] = statistic(drawn);
        }
        Array.Sort(scores);
        return new ScoreInterval(Quantile(scores, (1 - Confidence) / 2), Quantile(scores, (1 + Confidence) / 2));
    }

    static double Mean(IReadOnlyList<double> values, int[] drawn)
    {
        var sum = 0.0;
        foreach (var index in drawn)
            sum += values[index];
        return sum / drawn.Length;
    }

    static double Quantile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
