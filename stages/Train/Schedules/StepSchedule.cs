using Llava.Contracts.Configuration;

namespace Llava.Train.Schedules;

/// <summary>Multiplies the rate by <c>gamma</c> every <c>step_size</c> steps.</summary>
sealed record StepSchedule : LearningRateSchedule
{
    [Bounds(0)]
    public required double InitialLearningRate { get; init; }

    [Bounds(1)]
    public required long StepSize { get; init; }

    [Bounds(0)]
    public double Gamma { get; init; } = 0.1;

    [Bounds(1)]
    public long? TotalIters { get; init; }

    public override long? Duration => TotalIters;

    public override double At(long step) => InitialLearningRate * Math.Pow(Gamma, step / StepSize);
}
