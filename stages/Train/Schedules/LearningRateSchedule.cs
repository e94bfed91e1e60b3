namespace Llava.Train.Schedules;

/// <summary>
/// The learning rate of every step, as a pure function of it. Names and arithmetic follow the learning-rate schedulers of
/// <c>cerebras.pytorch.optim</c>; a record's properties are the keys of the yaml.
/// </summary>
abstract record LearningRateSchedule
{
    /// <param name="step">Optimizer steps already made; the first step of a run uses <c>At(0)</c>.</param>
    public abstract double At(long step);

    /// <summary>Steps after which the next schedule of a sequence takes over; null where the schedule has no end of its own.</summary>
    public abstract long? Duration { get; }
}
