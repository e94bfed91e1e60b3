using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Demo.Charts;
using Llava.Demo.Pretrained;
using Llava.Demo.Raw;

namespace Llava.Demo;

/// <summary>Makes what the demo recipe starts from: raw datasets of small bar charts and a pair of random "pretrained" models.</summary>
public static class DemoStage
{
    /// <exception cref="DiagnosticException">The options ask for more charts than there are, or the output holds something else.</exception>
    public static Task RunAsync(DemoOptions options, IStageLog log, CancellationToken cancellation)
    {
        ThrowIfOutOfRange(options);
        using var raw = new ReplacedFolder(Path.Combine(options.Output, "raw"));
        using var pretrained = new ReplacedFolder(Path.Combine(options.Output, "pretrained"));
        var sampler = new ChartSampler(options.Seed);
        var training = WriteSplit(ChartSplit.Train, options.TrainingCharts);
        WriteSplit(ChartSplit.Validation, options.ValidationCharts);
        WriteSplit(ChartSplit.Test, options.TestCharts);
        CaptionFile.Write(raw.Path, training);
        ImageModelFolder.Write(Path.Combine(pretrained.Path, "image_model"), options.Seed);
        TextModelFolder.Write(Path.Combine(pretrained.Path, "text_model"), options.Seed);
        raw.Commit();
        pretrained.Commit();
        log.Information($"{options.TrainingCharts} charts to learn from, {options.ValidationCharts} to watch, {options.TestCharts} held out, under {raw.FinalPath}");
        return Task.CompletedTask;

        IReadOnlyList<BarChart> WriteSplit(ChartSplit split, int count)
        {
            var charts = sampler.Draw(split, count, cancellation);
            ChartQaFolder.Write(raw.Path, split, charts, log, cancellation);
            log.Count($"{ChartQaFolder.NameOf(split)}_charts", count);
            return charts;
        }
    }

    static void ThrowIfOutOfRange(DemoOptions options)
    {
        (string Option, int Value)[] counts = [("--charts", options.TrainingCharts), ("--val-charts", options.ValidationCharts), ("--test-charts", options.TestCharts)];
        DiagnosticException.ThrowIfAny([.. counts
            .Where(count => count.Value is < 1 or > ChartSampler.MaximumCharts)
            .Select(count => ErrorCatalog.BadValue.Says($"{count.Option} must be 1 to {ChartSampler.MaximumCharts}, not {count.Value}"))]);
    }
}
