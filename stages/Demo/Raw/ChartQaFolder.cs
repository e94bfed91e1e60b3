using System.Globalization;
using System.Text.Json;
using Llava.Contracts.Progress;
using Llava.Data.Images;
using Llava.Demo.Charts;

namespace Llava.Demo.Raw;

/// <summary>ChartQA's own raw layout: per split a folder of pictures and two arrays of questions, one question a chart.</summary>
static class ChartQaFolder
{
    const string Name = "ChartQA_Dataset";

    static readonly string[] Subsets = ["human", "augmented"];

    public static string NameOf(ChartSplit split) => split switch { ChartSplit.Train => "train", ChartSplit.Validation => "val", _ => "test" };

    /// <summary>Relative to the raw folder, as LLaVA samples name it.</summary>
    public static string ImagePath(ChartSplit split, int chart) => $"{Name}/{NameOf(split)}/png/{ImageName(split, chart)}";

    public static void Write(string rawFolder, ChartSplit split, IReadOnlyList<BarChart> charts, IStageLog log, CancellationToken cancellation)
    {
        var folder = Path.Combine(rawFolder, Name, NameOf(split));
        Directory.CreateDirectory(Path.Combine(folder, "png"));
        for (var chart = 0; chart < charts.Count; chart++)
        {
            cancellation.ThrowIfCancellationRequested();
            using (var png = File.Create(Path.Combine(folder, "png", ImageName(split, chart))))
                PngWriter.Write(png, ChartPainter.Side, ChartPainter.Side, ChartPainter.Paint(charts[chart]));
            log.Progress(new StageProgress($"drawing {NameOf(split)} charts", chart + 1, charts.Count, "charts"));
        }
        for (var subset = 0; subset < Subsets.Length; subset++)
            WriteQuestions(Path.Combine(folder, $"{NameOf(split)}_{Subsets[subset]}.json"), split, charts, subset);
    }

    static void WriteQuestions(string path, ChartSplit split, IReadOnlyList<BarChart> charts, int subset)
    {
        var questions = from chart in Enumerable.Range(0, charts.Count)
                        where chart % Subsets.Length == subset
                        let question = ChartQuestion.Kinds[chart % ChartQuestion.Kinds.Count]
                        select new { imgname = ImageName(split, chart), query = question.Text, label = question.Answer(charts[chart]) };
        File.WriteAllText(path, JsonSerializer.Serialize(questions));
    }

    static string ImageName(ChartSplit split, int chart) => string.Create(CultureInfo.InvariantCulture, $"{NameOf(split)}_{chart:00000}.png");
}
