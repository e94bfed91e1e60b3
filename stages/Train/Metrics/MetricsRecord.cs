using Llava.Train.Metrics.TensorBoard;

namespace Llava.Train.Metrics;

/// <summary>Every figure of a run, for programs (<c>metrics.jsonl</c>) and for the eye (TensorBoard).</summary>
sealed class MetricsRecord : IDisposable
{
    readonly MetricsFile _lines;
    readonly EventFile _events;

    MetricsRecord(MetricsFile lines, EventFile events) => (_lines, _events) = (lines, events);

    /// <param name="savedPath">The checkpoint's copy of the lines; null starts anew.</param>
    /// <param name="stepsDone">What was recorded of later steps is void.</param>
    public static MetricsRecord Open(string modelDirectory, string? savedPath, long stepsDone) =>
        new(MetricsFile.Open(modelDirectory, savedPath), EventFile.Create(modelDirectory, stepsDone, TimeProvider.System));

    public void Write(StepMetrics step, IntervalTiming timing)
    {
        _lines.Write(step, timing);
        _events.Write(step.Step,
        [
            ("train/loss", step.Loss), ("train/learning_rate", step.LearningRate), ("train/gradient_norm", step.GradientNorm),
            ("speed/tokens_per_second", timing.TokensPerSecond), ("speed/model_gflops_per_second", timing.OperationsPerSecond / 1e9), ("speed/matrix_rate_share", timing.MatrixRateShare),
            ("speed/data_wait_share", timing.DataWaitShare), ("speed/optimizer_share", timing.OptimizerShare), ("memory/resident_megabytes", ResidentMemory.Megabytes),
            .. timing.DeviceMegabytes is { } device ? [("memory/device_megabytes", device)] : Array.Empty<(string, double)>(),
        ]);
    }

    public void Write(EvaluationMetrics evaluation)
    {
        _lines.Write(evaluation.Step, evaluation);
        _events.Write(evaluation.Step, [("eval/loss", evaluation.Loss), ("eval/perplexity", evaluation.Perplexity), ("eval/token_accuracy", evaluation.TokenAccuracy)]);
    }

    public void Dispose()
    {
        _lines.Dispose();
        _events.Dispose();
    }
}
