namespace Llava.Evaluate.Scoring;

/// <summary>
/// The paired randomisation test (Fisher 1935): were the two models the same, each question's two scores could as well have been
/// swapped. Questions that both answer alike say nothing, which is what makes it sharper than two intervals side by side.
/// </summary>
static class PairedTest
{
    public const int Permutations = 10_000;

    /// <param name="first">Has a figure per question, as has <paramref name="second"/>.</param>
    public static PairedComparison Compare(BenchmarkScore first, BenchmarkScore second)
    {
        var baseline = second.Items.GroupBy(item => item.Key).ToDictionary(group => group.Key, group => new Queue<double>(group.Select(item => item.Value)));
        double[] differences = [.. first.Items.Where(item => baseline.ContainsKey(item.Key)).Select(item => item.Value - baseline[item.Key].Dequeue())];
        return new PairedComparison(
            first.ItemMetric,
            100 * differences.Average(),
            Bootstrap.OfMean(differences, scale: 100),
            PValue(differences),
            differences.Count(difference => difference != 0));
    }

    static double PValue(double[] differences)
    {
        double[] informative = [.. differences.Where(difference => difference != 0)];
        // Sums of thirds and tenths differ in their last bits with the order of the signs.
        var observed = Math.Abs(informative.Sum()) - 1e-9;
        var random = new Random(Bootstrap.Seed);
        var asLarge = 0;
        for (var permutation = 0; permutation < Permutations; permutation++)
        {
            var sum = 0.0;
            foreach (var difference in informative)
                sum += random.Next(2) == 0 ? difference : -difference;
            asLarge += Math.Abs(sum) >= observed ? 1 : 0;
        }
        return (asLarge + 1.0) / (Permutations + 1.0);
    }
}
