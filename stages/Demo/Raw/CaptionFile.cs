using System.Globalization;
using System.Text.Json;
using Llava.Demo.Charts;

namespace Llava.Demo.Raw;

/// <summary>The training charts' captions for phase 1: one LLaVA array, its image paths relative to the raw folder.</summary>
static class CaptionFile
{
    public static void Write(string rawFolder, IReadOnlyList<BarChart> charts)
    {
        var samples = charts.Select((chart, index) => new
        {
            id = string.Create(CultureInfo.InvariantCulture, $"caption_{index:00000}"),
            image = ChartQaFolder.ImagePath(ChartSplit.Train, index),
            conversations = new[]
            {
                new { from = "human", value = "<image>\nDescribe the chart." },
                new { from = "gpt", value = Caption(chart) },
            },
        });
        var folder = Directory.CreateDirectory(Path.Combine(rawFolder, "captions")).FullName;
        File.WriteAllText(Path.Combine(folder, "chart_captions.json"), JsonSerializer.Serialize(samples));
    }

    internal static string Caption(BarChart chart)
    {
        var names = chart.Bars.Select(bar => bar.Color.Name).ToArray();
        var tallest = chart.Bars.MaxBy(bar => bar.Level)!.Color.Name;
        return string.Create(CultureInfo.InvariantCulture, $"A chart with {names.Length} bars: {string.Join(", ", names[..^1])} and {names[^1]} from left to right. The tallest bar is {tallest}.");
    }
}
