using Llava.Contracts.Configuration;

namespace Llava.Train.Schedules;

/// <summary>From the initial to the end rate in <c>total_iters</c> steps along <c>(1 - t/T)^power</c>; then it stays, or starts a longer cycle.</summary>
sealed record PolynomialSchedule : LearningRateSchedule
{
    [Bounds(0)]
    public required double InitialLearningRate { get; init; }

    [Bounds(0)]
    public required double EndLearningRate { get; init; }

    [Bounds(1)]
    public required long TotalIters { get; init; }

    [Bounds(0)]
    public double Power { get; init; } = 1;

    public bool Cycle { get; init; }

    public override long? Duration => TotalIters;

    public override double At(long step)
    {
        var duration = Cycle ? TotalIters * Math.Max(1, Math.Ceiling((double)step / TotalIters)) : TotalIters;
        var left = 1 - Math.Min(step, duration) / duration;
        return (InitialLearningRate - EndLearningRate) * Math.Pow(left, Power) + EndLearningRate;
    }
}
