using System.Globalization;

namespace Llava.Demo.Charts;

/// <param name="Level">Height, 0 (lowest) to <see cref="BarChart.Levels"/> - 1.</param>
sealed record Bar(BarColor Color, int Level);

/// <summary>2 to 4 bars from left to right, no two of one colour or one height, so that every question has one answer.</summary>
sealed class BarChart(IReadOnlyList<Bar> bars)
{
    public const int MinimumBars = 2;
    public const int MaximumBars = 4;
    public const int Levels = 5;

    const ulong SplitParts = 10;

    public IReadOnlyList<Bar> Bars { get; } = bars;

    /// <summary>Equal for equal charts only: <c>red4 blue0</c>.</summary>
    public string Key { get; } = string.Join(' ', bars.Select(bar => bar.Color.Name + bar.Level.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A chart belongs to one split for ever, whatever the seed: what is tested was never trained on.</summary>
    public ChartSplit Split => (Hash.Of(Key) % SplitParts) switch { 0 => ChartSplit.Test, 1 => ChartSplit.Validation, _ => ChartSplit.Train };
}
