using Llava.Contracts.Progress;

namespace Llava.Train.Metrics;

/// <summary>What a run says of itself: every logged step to its record, the last of them to the live line.</summary>
sealed class StepReport(MetricsRecord metrics, Throughput throughput, long steps, IStageLog log)
{
    StepMetrics? _last;
    IntervalTiming? _timing;

    public void Start() => throughput.Start();

    public void Count(QueuedStep queued) => throughput.Add(queued);

    public void Write(StepMetrics step)
    {
        _last = step;
        _timing = throughput.Lap();
        metrics.Write(step, _timing);
    }

    public void Show(long stepsDone) => log.Progress(new StageProgress("training", stepsDone, steps, "steps", LiveFigures()));

    // Of the last logged step: to ask for more would make the host wait for a GPU at every step.
    IReadOnlyList<(string Name, double Value)> LiveFigures() => _last is not { } last || _timing is not { } timing ? [] :
    [
        ("loss", last.Loss), ("lr", last.LearningRate), ("gradient norm", last.GradientNorm), ("memory MB", ResidentMemory.Megabytes), .. OfDevice(timing), ("tokens/s", Math.Round(timing.TokensPerSecond)),
        ("GFLOP/s", Math.Round(timing.OperationsPerSecond / 1e9)), ("of matrix rate", Math.Round(timing.MatrixRateShare, 2)),
    ];

    static IEnumerable<(string Name, double Value)> OfDevice(IntervalTiming timing) => timing.DeviceMegabytes is { } megabytes ? [("GPU memory MB", megabytes)] : [];
}
