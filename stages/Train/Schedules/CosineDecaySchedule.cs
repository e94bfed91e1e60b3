using Llava.Contracts.Configuration;

namespace Llava.Train.Schedules;

/// <summary>Half a cosine from the initial to the end rate, where it stays.</summary>
sealed record CosineDecaySchedule : LearningRateSchedule
{
    [Bounds(0)]
    public required double InitialLearningRate { get; init; }

    [Bounds(0)]
    public double EndLearningRate { get; init; }

    [Bounds(1)]
    public required long TotalIters { get; init; }

    public override long? Duration => TotalIters;

    public override double At(long step)
    {
        var progress = (double)Math.Min(step, TotalIters) / TotalIters;
        return (InitialLearningRate - EndLearningRate) * 0.5 * (1 + Math.Cos(Math.PI * progress)) + EndLearningRate;
    }
}
