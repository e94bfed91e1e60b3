using Llava.Contracts.Configuration;

namespace Llava.Train.Schedules;

sealed record ConstantSchedule : LearningRateSchedule
{
    [Bounds(0)]
    public required double LearningRate { get; init; }

    [Bounds(0)]
    public long? TotalIters { get; init; }

    public override long? Duration => TotalIters;

    public override double At(long step) => LearningRate;
}
