using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Llava.Benchmarks.Training;

/// <summary>Whole trainings: what they hold in memory beside what was foretold, and what they wait for.</summary>
sealed partial class TrainingRunBenchmark : IBenchmark
{
    const int MemorySteps = 3;
    const int ManySteps = 1000;
    const int WarmUpSteps = 500; // the runtime's heap and freed memory that is kept grow until step 300
    const int DataSteps = 100;
    const int DataWarmUpSteps = 20;

    public string Name => "training-run";
    public string Why => "A training that dies of memory after a day, or waits for its data, costs more than a slow one.";
    public string Measures => "whole `llava train` processes: the peak of GNU time beside `--estimate`, memory over 500 steps after 500 of warm-up, and the share of time a mid-size training waits for pictures of COCO's size that it decodes and resizes at every step";
    public string DoesNotMeasure => "models of billions of parameters, where the parts that are counted exactly weigh even more; disks (the files are in the system's cache), or JPEG, which decodes faster than the PNG here";
    public int Rounds => 1;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        var files = new TrainingFiles(scratch, TrainingShape.MidSize, TrainingData.Few);
        files.Make();
        var table = new List<Comparison>();
        foreach (var (phase, isMixed, recomputed, checkpointSteps) in new[] { (1, false, "none", 0), (2, false, "none", 0), (1, true, "none", 0), (2, true, "none", 0), (2, true, "full", 0), (2, false, "every_4", 0), (2, true, "none", 1) })
            table.Add(await MemoryAsync(files, scratch, phase, isMixed, recomputed, checkpointSteps));
        table.Add(await ManyStepsAsync(scratch));
        table.Add(await WaitingAsync(scratch));
        return table;
    }

    static async Task<Comparison> MemoryAsync(TrainingFiles files, string scratch, int phase, bool isMixed, string recomputed, int checkpointSteps)
    {
        var yaml = files.Yaml(phase, isMixed, recomputed, MemorySteps, checkpointSteps);
        var estimate = await MeasuredProcess.LlavaAsync("train", "--params", yaml, "--estimate", "--device", "cpu");
        var run = await TrainAsync(files, yaml, Path.Combine(scratch, "run"));
        var estimated = double.Parse(EstimatedBytes().Match(estimate.Messages).Groups[1].Value, CultureInfo.InvariantCulture) / 1e6;
        return new($"phase {phase}, {(isMixed ? "bfloat16" : "float32")}, recomputing {recomputed}{(checkpointSteps > 0 ? ", saving every step" : "")}: estimated beside measured peak", "MB", estimated, run.PeakMegabytes, "GNU time", "0.85 to 1.15");
    }

    static async Task<Comparison> ManyStepsAsync(string scratch)
    {
        var files = new TrainingFiles(scratch, TrainingShape.Small, TrainingData.Few);
        files.Make();
        var folder = Path.Combine(scratch, "run");
        await TrainAsync(files, files.Yaml(phase: 2, isMixed: true, steps: ManySteps), folder);
        var megabytes = TimingsIn(folder).Select(timing => timing.GetProperty("resident_megabytes").GetDouble()).ToList();
        return new($"resident memory at step {ManySteps} beside step {WarmUpSteps}, after warm-up", "MB", megabytes[ManySteps - 1], megabytes[WarmUpSteps - 1], "itself", "the same");
    }

    // In bfloat16 phase 1 has the shortest steps, and so the least time to decode behind.
    static async Task<Comparison> WaitingAsync(string scratch)
    {
        var files = new TrainingFiles(scratch, TrainingShape.MidSize, TrainingData.Many);
        files.Make();
        var folder = Path.Combine(scratch, "run");
        await TrainAsync(files, files.Yaml(phase: 1, isMixed: true, steps: DataSteps), folder);
        var timings = TimingsIn(folder).Skip(DataWarmUpSteps).ToList();
        double Sum(string name) => timings.Sum(timing => timing.GetProperty(name).GetDouble());
        return new($"phase 1, bfloat16, {TrainingData.Many.PictureWidth} x {TrainingData.Many.PictureHeight} pictures decoded at every step: waiting for data", "% of the time", 100 * Sum("data_wait_seconds") / Sum("seconds"), null, "", "at most 1");
    }

    static IEnumerable<JsonElement> TimingsIn(string folder) => File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("timing"));

    static async Task<MeasuredProcess> TrainAsync(TrainingFiles files, string yaml, string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return await MeasuredProcess.LlavaAsync("train", "--params", yaml, "--model-dir", folder, "--checkpoint-path", files.InitialCheckpoint, "--device", "cpu");
    }

    [GeneratedRegex(@"memory\.bytes\D*(\d+)")]
    private static partial Regex EstimatedBytes();
}
