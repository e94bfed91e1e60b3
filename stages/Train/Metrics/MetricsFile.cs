using System.Text.Json;
using Llava.Contracts.Files;

namespace Llava.Train.Metrics;

/// <summary>
/// <c>metrics.jsonl</c>: one line a logged step. All but its <c>timing</c> object is the same on every run of the same
/// training. A run that goes on from a checkpoint first puts back the file as it was then.
/// </summary>
sealed class MetricsFile : IDisposable
{
    public const string FileName = "metrics.jsonl";

    readonly StreamWriter _writer;

    MetricsFile(string path) => _writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { NewLine = "\n", AutoFlush = true };

    /// <param name="savedPath">The checkpoint's copy; null starts an empty file.</param>
    public static MetricsFile Open(string modelDirectory, string? savedPath)
    {
        var path = Path.Combine(modelDirectory, FileName);
        AtomicFile.WriteAllBytes(path, savedPath is not null && File.Exists(savedPath) ? File.ReadAllBytes(savedPath) : []);
        return new MetricsFile(path);
    }

    /// <param name="seconds">Since the step logged before, or since this process began to train.</param>
    /// <param name="waitSeconds">The part of it spent waiting for data.</param>
    public void Write(StepMetrics step, double seconds, double waitSeconds, double tokensPerSecond) =>
        _writer.WriteLine(JsonSerializer.Serialize(new
        {
            step = step.Step,
            loss = step.Loss,
            learning_rate = step.LearningRate,
            gradient_norm = step.GradientNorm,
            supervised_tokens = step.SupervisedTokens,
            tokens = step.Tokens,
            timing = new { seconds = Math.Round(seconds, 6), resident_megabytes = ResidentMemory.Megabytes, data_wait_seconds = Math.Round(waitSeconds, 6), tokens_per_second = Math.Round(tokensPerSecond, 1) },
        }));

    public void Write(long step, EvaluationMetrics evaluation) =>
        _writer.WriteLine(JsonSerializer.Serialize(new { step, eval = evaluation }, EvaluationMetrics.Json));

    public void Dispose() => _writer.Dispose();
}
