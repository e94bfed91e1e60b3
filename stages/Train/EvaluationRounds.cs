using Llava.Train.Checkpoints;
using Llava.Train.Configuration;
using Llava.Train.Metrics;

namespace Llava.Train;

/// <summary>The evaluations between the steps of a run: when one is due, where its figures go, and which step did best.</summary>
/// <param name="stepsDone">Where the run goes on.</param>
/// <param name="evaluate">Scores <c>eval_input</c> after so many steps.</param>
sealed class EvaluationRounds(RunConfig run, string modelDirectory, TrainingSchedule schedule, MetricsRecord metrics, long stepsDone, Func<long, EvaluationMetrics> evaluate)
{
    BestCheckpoint? _best = BestCheckpoint.Find(modelDirectory) is { } best && best.Step <= stepsDone ? best : null;

    /// <summary>Stopped during an evaluation, a run was saved without its figures: they come before the next step.</summary>
    public bool IsOwed { get; } = IsMissing(modelDirectory, schedule, stepsDone);

    public static bool IsMissing(string modelDirectory, TrainingSchedule schedule, long step) =>
        step > 0 && schedule.EvaluatesAfter(step) && !MetricsFile.HoldsEvaluation(modelDirectory, step);

    public bool IsDueAfter(long step) => schedule.EvaluatesAfter(step);

    /// <summary>Evaluates, and writes the figures down.</summary>
    /// <returns>No step before did better: its checkpoint is to be kept, and saved now.</returns>
    public bool RunAfter(long step)
    {
        var evaluation = evaluate(step);
        metrics.Write(evaluation);
        if (!run.KeepBestCheckpoint || !(evaluation.Loss < (_best?.Loss ?? double.PositiveInfinity)))
            return false;
        // Noted before it is saved: a run that is killed between the two comes by here again, and not after the reverse.
        _best = new BestCheckpoint(evaluation.Step, evaluation.Loss);
        _best.Write(modelDirectory);
        return true;
    }
}
