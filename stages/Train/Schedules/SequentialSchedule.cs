namespace Llava.Train.Schedules;

/// <summary>Schedules one after the other, each counting from its own first step; the milestones are the running sum of the durations.</summary>
sealed record SequentialSchedule(IReadOnlyList<LearningRateSchedule> Parts) : LearningRateSchedule
{
    public override long? Duration => Parts.Any(part => part.Duration is null) ? null : Parts.Sum(part => part.Duration);

    public override double At(long step)
    {
        for (var i = 0; i < Parts.Count - 1; i++)
        {
            var duration = Parts[i].Duration!.Value;
            if (step < duration)
                return Parts[i].At(step);
            step -= duration;
        }
        return Parts[^1].At(step);
    }
}
