namespace Llava.Demo.Charts;

/// <summary>Draws charts that all differ.</summary>
sealed class ChartSampler(long seed)
{
    /// <summary>About half of the smallest split's share of the 51 000 charts there are, so that drawing new ones stays quick.</summary>
    public const int MaximumCharts = 2500;

    public IReadOnlyList<BarChart> Draw(ChartSplit split, int count, CancellationToken cancellation)
    {
        var numbers = new SeededNumbers(seed, $"charts {split}");
        var charts = new List<BarChart>(count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (charts.Count < count)
        {
            cancellation.ThrowIfCancellationRequested();
            var chart = DrawOne(numbers);
            if (chart.Split == split && seen.Add(chart.Key))
                charts.Add(chart);
        }
        return charts;
    }

    static BarChart DrawOne(SeededNumbers numbers)
    {
        var count = BarChart.MinimumBars + numbers.Below(BarChart.MaximumBars - BarChart.MinimumBars + 1);
        var colors = DrawDistinct(BarColor.All.Count, count, numbers);
        var levels = DrawDistinct(BarChart.Levels, count, numbers);
        return new BarChart([.. colors.Zip(levels, (color, level) => new Bar(BarColor.All[color], level))]);
    }

    static int[] DrawDistinct(int end, int count, SeededNumbers numbers)
    {
        int[] shuffled = [.. Enumerable.Range(0, end)];
        for (var place = 0; place < count; place++)
        {
            var other = place + numbers.Below(end - place);
            (shuffled[place], shuffled[other]) = (shuffled[other], shuffled[place]);
        }
        return shuffled[..count];
    }
}
