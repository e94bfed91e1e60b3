using Llava.Data.Loading;
using Llava.Model.Interop;
using Llava.Train.Optimization;

namespace Llava.Train.Metrics;

/// <summary>What is done in what time between two logged steps.</summary>
/// <param name="matrixRate">Operations a second: <see cref="MatrixRate"/>.</param>
/// <param name="isOnGpu">Its memory is told too.</param>
sealed class Throughput(TimeProvider clock, LlavaDataLoader loader, OptimizationStep step, double matrixRate, bool isOnGpu = false)
{
    long _startedAt;
    TimeSpan _waited, _optimized;
    long _tokens;
    double _operations;

    public void Start() => (_startedAt, _waited, _optimized, _tokens, _operations) = (clock.GetTimestamp(), Waited, step.OptimizerTime, 0, 0);

    public void Add(QueuedStep done)
    {
        _tokens += done.Tokens;
        _operations += done.Operations;
    }

    /// <summary>What is done meanwhile is no training: its time does not count.</summary>
    public T Apart<T>(Func<T> meanwhile)
    {
        var from = clock.GetTimestamp();
        var result = meanwhile();
        _startedAt += clock.GetTimestamp() - from;
        return result;
    }

    public IntervalTiming Lap()
    {
        var seconds = Math.Max(clock.GetElapsedTime(_startedAt).TotalSeconds, 1e-9);
        var rate = _operations / seconds;
        var lap = new IntervalTiming(seconds, (Waited - _waited).TotalSeconds, (step.OptimizerTime - _optimized).TotalSeconds, _tokens / seconds, rate, rate / matrixRate, isOnGpu ? Math.Round(DeviceMemory.InUse() / 1e6 ?? double.NaN) : null);
        Start();
        return lap;
    }

    TimeSpan Waited => loader.Stalled + loader.WaitedForFirstBatch;
}
