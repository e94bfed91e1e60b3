using Llava.Demo.Charts;

namespace Llava.Demo.Tests.Charts;

public sealed class ChartSamplerTests
{
    [Fact]
    public void Splits_of_any_seed_share_no_chart()
    {
        var trained = Keys(ChartSplit.Train, seed: 0).Concat(Keys(ChartSplit.Train, seed: 1)).ToHashSet();
        Assert.DoesNotContain(Keys(ChartSplit.Test, seed: 0).Concat(Keys(ChartSplit.Validation, seed: 2)), trained.Contains);
        Assert.Empty(Keys(ChartSplit.Test, seed: 5).Intersect(Keys(ChartSplit.Validation, seed: 5)));
    }

    [Fact]
    public void Bars_of_a_chart_differ_in_color_and_height() => Assert.All(
        new ChartSampler(7).Draw(ChartSplit.Train, 300, default),
        chart =>
        {
            Assert.InRange(chart.Bars.Count, BarChart.MinimumBars, BarChart.MaximumBars);
            Assert.Distinct(chart.Bars.Select(bar => bar.Color));
            Assert.Distinct(chart.Bars.Select(bar => bar.Level));
        });

    [Fact]
    public void The_most_that_may_be_asked_for_can_be_drawn() =>
        Assert.Equal(ChartSampler.MaximumCharts, new ChartSampler(1).Draw(ChartSplit.Test, ChartSampler.MaximumCharts, default).Count);

    [Fact]
    public void No_answer_is_common_enough_to_guess()
    {
        var charts = new ChartSampler(0).Draw(ChartSplit.Test, 1000, default);
        var answers = charts.Select((chart, index) => ChartQuestion.Kinds[index % ChartQuestion.Kinds.Count].Answer(chart));
        Assert.InRange(answers.CountBy(answer => answer).Max(answer => answer.Value), 1, 200);
    }

    [Fact]
    public void Each_question_is_answered_from_its_bar()
    {
        var chart = new BarChart([new(BarColor.All[0], 2), new(BarColor.All[1], 4), new(BarColor.All[2], 0), new(BarColor.All[3], 1)]);
        Assert.Equal(["red", "yellow", "green", "blue", "4"], ChartQuestion.Kinds.Select(kind => kind.Answer(chart)));
    }

    static IEnumerable<string> Keys(ChartSplit split, long seed) => new ChartSampler(seed).Draw(split, 1000, default).Select(chart => chart.Key);
}
