using Llava.Contracts.Configuration;

namespace Llava.Train.Schedules;

/// <summary><c>initial * decay_rate^(t / total_iters)</c>; a staircase rounds the exponent down.</summary>
sealed record ExponentialSchedule : LearningRateSchedule
{
    [Bounds(0)]
    public required double InitialLearningRate { get; init; }

    [Bounds(1)]
    public required long TotalIters { get; init; }

    [Bounds(0)]
    public required double DecayRate { get; init; }

    public bool Staircase { get; init; }

    public override long? Duration => TotalIters;

    public override double At(long step)
    {
        var exponent = (double)step / TotalIters;
        return InitialLearningRate * Math.Pow(DecayRate, Staircase ? Math.Floor(exponent) : exponent);
    }
}
