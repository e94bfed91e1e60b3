using System.Globalization;

namespace Llava.Demo.Charts;

/// <param name="Text">As asked, and as trained.</param>
/// <param name="Answer">One piece of the demo's vocabulary.</param>
sealed record ChartQuestion(string Text, Func<BarChart, string> Answer)
{
    public static readonly IReadOnlyList<ChartQuestion> Kinds =
    [
        new("What color is the leftmost bar?", chart => chart.Bars[0].Color.Name),
        new("What color is the rightmost bar?", chart => chart.Bars[^1].Color.Name),
        new("What color is the tallest bar?", chart => chart.Bars.MaxBy(bar => bar.Level)!.Color.Name),
        new("What color is the shortest bar?", chart => chart.Bars.MinBy(bar => bar.Level)!.Color.Name),
        new("How many bars are there?", chart => chart.Bars.Count.ToString(CultureInfo.InvariantCulture)),
    ];
}
