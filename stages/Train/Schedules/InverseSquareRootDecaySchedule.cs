using Llava.Contracts.Configuration;

namespace Llava.Train.Schedules;

/// <summary><c>initial * scale / sqrt(max(t, warmup_steps))</c>.</summary>
sealed record InverseSquareRootDecaySchedule : LearningRateSchedule
{
    [Bounds(0)]
    public double InitialLearningRate { get; init; } = 1;

    [Bounds(0)]
    public double Scale { get; init; } = 1;

    [Bounds(1)]
    public double WarmupSteps { get; init; } = 1;

    [Bounds(1)]
    public long? TotalIters { get; init; }

    public override long? Duration => TotalIters;

    public override double At(long step) => InitialLearningRate * Scale / Math.Sqrt(Math.Max(step, WarmupSteps));
}
