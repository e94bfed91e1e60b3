using Llava.Contracts.Configuration;

namespace Llava.Train.Schedules;

/// <summary>One rate up to each milestone, and a last one from there on.</summary>
sealed record PiecewiseConstantSchedule : LearningRateSchedule, IValidatedConfig
{
    [Bounds(0)]
    public required IReadOnlyList<double> LearningRates { get; init; }

    [Bounds(0)]
    public required IReadOnlyList<long> Milestones { get; init; }

    public override long? Duration => null;

    public override double At(long step) => LearningRates[Milestones.Count(milestone => milestone <= step)];

    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (LearningRates.Count != Milestones.Count + 1)
            yield return ("learning_rates", "must have one value more than milestones");
    }
}
