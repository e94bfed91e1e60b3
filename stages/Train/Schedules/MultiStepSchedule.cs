using Llava.Contracts.Configuration;

namespace Llava.Train.Schedules;

/// <summary>Multiplies the rate by <c>gamma</c> at each milestone.</summary>
sealed record MultiStepSchedule : LearningRateSchedule
{
    [Bounds(0)]
    public required double InitialLearningRate { get; init; }

    [Bounds(0)]
    public required double Gamma { get; init; }

    [Bounds(0)]
    public required IReadOnlyList<long> Milestones { get; init; }

    [Bounds(1)]
    public long? TotalIters { get; init; }

    public override long? Duration => TotalIters;

    public override double At(long step) => InitialLearningRate * Math.Pow(Gamma, Milestones.Count(milestone => milestone <= step));
}
