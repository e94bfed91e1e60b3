using System.Globalization;
using System.Text.Json;
using Llava.Contracts.Files;

namespace Llava.Train.Metrics;

/// <summary>
/// <c>metrics.jsonl</c>: one line a logged step. All but its <c>timing</c> object is the same on every run of the same
/// training. A run that goes on from a checkpoint first puts back the file as it was then. A number that is not finite is null.
/// </summary>
sealed class MetricsFile : IDisposable
{
    public const string FileName = "metrics.jsonl";

    static readonly JsonSerializerOptions Json = new() { Converters = { new NumberOrNull() } };

    readonly StreamWriter _writer;

    MetricsFile(string path) => _writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { NewLine = "\n", AutoFlush = true };

    /// <param name="savedPath">The checkpoint's copy; null starts an empty file.</param>
    public static MetricsFile Open(string modelDirectory, string? savedPath)
    {
        var path = Path.Combine(modelDirectory, FileName);
        AtomicFile.WriteAllBytes(path, savedPath is not null && File.Exists(savedPath) ? File.ReadAllBytes(savedPath) : []);
        return new MetricsFile(path);
    }

    /// <summary>Whether the evaluation after a step was made and written.</summary>
    public static bool HoldsEvaluation(string modelDirectory, long step)
    {
        var path = Path.Combine(modelDirectory, FileName);
        var start = string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{step},\"eval\":");
        return File.Exists(path) && File.ReadLines(path).Any(line => line.StartsWith(start, StringComparison.Ordinal));
    }

    public void Write(StepMetrics step, IntervalTiming timing) =>
        _writer.WriteLine(JsonSerializer.Serialize(new
        {
            step = step.Step,
            loss = step.Loss,
            learning_rate = step.LearningRate,
            gradient_norm = step.GradientNorm,
            supervised_tokens = step.Queued.SupervisedTokens,
            tokens = step.Queued.Tokens,
            timing = new
            {
                seconds = Math.Round(timing.Seconds, 6),
                resident_megabytes = ResidentMemory.Megabytes,
                device_megabytes = timing.DeviceMegabytes,
                data_wait_seconds = Math.Round(timing.DataWaitSeconds, 6),
                optimizer_seconds = Math.Round(timing.OptimizerSeconds, 6),
                tokens_per_second = Math.Round(timing.TokensPerSecond, 1),
                model_gflops_per_second = Math.Round(timing.OperationsPerSecond / 1e9, 3),
                matrix_rate_share = Math.Round(timing.MatrixRateShare, 4),
            },
        }, Json));

    public void Write(long step, EvaluationMetrics evaluation) =>
        _writer.WriteLine(JsonSerializer.Serialize(new { step, eval = evaluation }, EvaluationMetrics.Json));

    public void Dispose() => _writer.Dispose();
}
