using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Train.Configuration;

namespace Llava.Train;

/// <summary>How many steps a run has, and what happens after which of them.</summary>
/// <param name="Steps">Optimizer steps of the whole run.</param>
/// <param name="MicroBatchSequences">Sequences that go through the model together.</param>
sealed record TrainingSchedule(long Steps, int MicroBatchSequences, int CheckpointSteps, int? EvaluationSteps)
{
    /// <exception cref="DiagnosticException">The data set does not fill one batch.</exception>
    public static TrainingSchedule Of(TrainConfig config, long samplesPerEpoch, IStageLog log)
    {
        var (run, input) = (config.Run, config.Sections.TrainInput!);
        var stepsPerEpoch = run.StepsPerEpoch ?? samplesPerEpoch / input.BatchSize;
        if (stepsPerEpoch == 0)
            throw new DiagnosticException(ErrorCatalog.TooFewSamples.Says($"train_input has {samplesPerEpoch} samples, fewer than batch_size {input.BatchSize}"));
        var steps = run.MaxSteps ?? run.NumSteps ?? run.NumEpochs!.Value * stepsPerEpoch;
        if (config.Schedule.Duration is { } duration && duration != steps)
            log.Warning(ErrorCatalog.ScheduleDoesNotFit.Warns(null, $"the learning-rate schedule is {duration} steps long, the run {steps}"));
        return new TrainingSchedule(steps, MicroBatchOf(config), run.CheckpointSteps, run.EvalFrequency);
    }

    public bool SavesAfter(long step) => CheckpointSteps > 0 && step % CheckpointSteps == 0;

    public bool EvaluatesAfter(long step) => step == Steps || (EvaluationSteps is > 0 and { } every && step % every == 0);

    public static int MicroBatchOf(TrainConfig config) => config.Sections.TrainInput!.MicroBatchSequences ?? config.Sections.TrainInput.BatchSize;
}
