using Llava.Data.Loading;

namespace Llava.Train.Metrics;

/// <summary>Seconds, seconds waited for data, and tokens between two logged steps.</summary>
sealed class Throughput(TimeProvider clock, LlavaDataLoader loader)
{
    long _startedAt;
    TimeSpan _waited;
    long _tokens;

    public void Start() => (_startedAt, _waited, _tokens) = (clock.GetTimestamp(), Waited, 0);

    public void Add(long tokens) => _tokens += tokens;

    public (double Seconds, double WaitSeconds, double TokensPerSecond) Lap()
    {
        var seconds = clock.GetElapsedTime(_startedAt).TotalSeconds;
        var lap = (seconds, (Waited - _waited).TotalSeconds, _tokens / Math.Max(seconds, 1e-9));
        Start();
        return lap;
    }

    TimeSpan Waited => loader.Stalled + loader.WaitedForFirstBatch;
}
