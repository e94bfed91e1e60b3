using Llava.Contracts.Configuration;

namespace Llava.Train.Schedules;

/// <summary>A cosine that swings back up after <c>T_max</c> steps.</summary>
sealed record CosineAnnealingSchedule : LearningRateSchedule
{
    [Bounds(0)]
    public required double InitialLearningRate { get; init; }

    [ConfigKey("T_max"), Bounds(1)]
    public required long HalfPeriodSteps { get; init; }

    [Bounds(0)]
    public double EtaMin { get; init; }

    [Bounds(1)]
    public long? TotalIters { get; init; }

    public override long? Duration => TotalIters;

    public override double At(long step) =>
        EtaMin + (InitialLearningRate - EtaMin) * (1 + Math.Cos(Math.PI * step / HalfPeriodSteps)) / 2;
}
