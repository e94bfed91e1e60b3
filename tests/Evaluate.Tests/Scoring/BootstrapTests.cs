using CsCheck;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Tests.Scoring;

public sealed class BootstrapTests
{
    [Fact]
    public void The_interval_of_a_share_is_the_one_that_theory_gives()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(index => index < 700 ? 1.0 : 0.0)];
        var interval = Bootstrap.OfMean(values);
        // 0.7 -+ 1.96 * sqrt(0.7 * 0.3 / 1000)
        Assert.Equal(0.6716, interval.Low, 0.004);
        Assert.Equal(0.7284, interval.High, 0.004);
        Assert.Equal(interval, Bootstrap.OfMean(values));
    }

    [Fact]
    public void An_interval_lies_within_the_values() => Gen.Double[0, 1].Array[1, 30].Sample(values =>
    {
        var interval = Bootstrap.OfMean(values);
        return interval.Low >= values.Min() - 1e-9 && interval.High <= values.Max() + 1e-9 && interval.Low <= interval.High;
    }, iter: 20);

    [Fact]
    public void A_paired_test_sees_a_small_difference_that_is_always_in_one_direction()
    {
        var baseline = Score(index => index % 2);
        var better = Score(index => index % 2 == 1 || index % 20 == 0 ? 1 : 0);
        var comparison = PairedTest.Compare(better, baseline)!;
        Assert.Equal((5.0, 20), (comparison.Difference, comparison.DifferingQuestions));
        Assert.True(comparison.PValue < 0.001);
        Assert.Equal(1, PairedTest.Compare(baseline, baseline)!.PValue);
        // The two intervals side by side overlap, and would not have told.
        Assert.True(better.Interval.Low < baseline.Interval.High);
    }

    static BenchmarkScore Score(Func<int, double> valueOf) =>
        BenchmarkScore.OfMean("accuracy", [.. Enumerable.Range(0, 400).Select(index => new ScoredItem($"{index}", valueOf(index)))]);
}
