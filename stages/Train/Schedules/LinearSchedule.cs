using Llava.Contracts.Configuration;

namespace Llava.Train.Schedules;

/// <summary>A straight line; from 0 it is the usual warm-up, whose first step moves the optimizer's state and no weight.</summary>
sealed record LinearSchedule : LearningRateSchedule
{
    [Bounds(0)]
    public required double InitialLearningRate { get; init; }

    [Bounds(0)]
    public required double EndLearningRate { get; init; }

    [Bounds(1)]
    public required long TotalIters { get; init; }

    public override long? Duration => TotalIters;

    public override double At(long step) =>
        InitialLearningRate + (EndLearningRate - InitialLearningRate) * Math.Min(step, TotalIters) / TotalIters;
}
