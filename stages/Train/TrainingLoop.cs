using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Loading;
using Llava.Model;
using Llava.Train.Checkpoints;
using Llava.Train.Configuration;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using TorchSharp;

namespace Llava.Train;

/// <summary>Batch after batch to the last step. Both phases are this loop; what differs is the configuration.</summary>
sealed class TrainingLoop(TrainConfig config, TrainOptions options, LlavaModel model, LlavaDataLoader loader, OptimizationStep step, TrainingSchedule schedule, IStageLog log)
{
    readonly CheckpointSaver _checkpoints = new(config, options.ModelDirectory, model, step.Optimizer, log);
    readonly ReachedStep _reached = new(loader.Start);
    readonly Throughput _throughput = new(TimeProvider.System, loader, step, MatrixRate.Measure(model.Device, model.ElementType), model.Device.type == DeviceType.CUDA);

    StepRandomness _randomness = new(config.Run.Seed);

    /// <summary>Goes on behind a checkpoint instead of at step 0.</summary>
    public void ResumeFrom(TrainingState state, bool isSaved)
    {
        _reached.StartFrom(state.Step, state.Position);
        _randomness = new StepRandomness(state.RandomSeed);
        if (isSaved)
            _checkpoints.StartFrom(state.Step);
    }

    /// <param name="evaluate">Called every <c>eval_frequency</c> steps and at the end; null in mode train.</param>
    /// <exception cref="OperationCanceledException">Stopped; a checkpoint was written first.</exception>
    /// <exception cref="DiagnosticException">A step or an evaluation failed; the steps made before are saved.</exception>
    public void Run(MetricsRecord metrics, Func<long, EvaluationMetrics>? evaluate, CancellationToken stop)
    {
        SupervisionAudit.ThrowIfAnyIsEmpty(loader, schedule, _reached.Position, _reached.Step, log, stop);
        if (config.Run.SaveInitialCheckpoint && _reached.Step == 0)
            Save();
        var evaluations = evaluate is null ? null : new EvaluationRounds(config.Run, options.ModelDirectory, schedule, metrics, _reached.Step, evaluate);
        try
        {
            RunSteps(new StepReport(metrics, _throughput, schedule.Steps, log), evaluations, stop);
        }
        catch (OperationCanceledException)
        {
            SaveAndWait();
            log.Information($"stopped after step {_reached.Step} of {schedule.Steps}; the next run with this --model-dir goes on from there");
            throw;
        }
        catch (DiagnosticException) when (_reached.Step > 0)
        {
            SaveAndWait();
            throw;
        }
        finally
        {
            _checkpoints.LetItEnd();
        }
    }

    void RunSteps(StepReport report, EvaluationRounds? evaluations, CancellationToken stop)
    {
        report.Start();
        using var batches = new UploadedBatches(loader, _reached.Position, config.Sections.TrainInput!, schedule.MicroBatchSequences, model);
        if (evaluations is { IsOwed: true })
            Evaluate(evaluations);
        while (_reached.Step < schedule.Steps)
        {
            stop.ThrowIfCancellationRequested();
            report.Count(TrainOn(batches));
            if (_reached.Step % config.Run.LogSteps == 0 || _reached.Step == schedule.Steps)
                report.Write(Settle()!);
            report.Show(_reached.Step);
            if (evaluations?.IsDueAfter(_reached.Step) == true)
                Evaluate(evaluations);
            if (schedule.SavesAfter(_reached.Step))
                Save();
            _checkpoints.ThrowIfFailed();
        }
        SaveAndWait();
    }

    // Queues a step, and the copies of the next one behind it.
    QueuedStep TrainOn(UploadedBatches batches)
    {
        using var batch = batches.Take();
        _randomness.Prepare(_reached.Step);
        var queued = step.Run(_reached.Step, batch.MicroBatches);
        _reached.Queue(queued.Step, batch.Next);
        if (queued.Step < schedule.Steps)
            batches.ReadAhead();
        return queued;
    }

    /// <summary>Waits for all that is queued. Where a step was not finite, the model is as it was before that step, and so is the checkpoint.</summary>
    /// <returns>The last step; null where nothing was queued.</returns>
    StepMetrics? Settle()
    {
        if (_reached.IsRead)
            return null;
        try
        {
            var last = step.Read();
            _reached.MarkRead();
            return last;
        }
        catch (DiagnosticException) when (step.FailedStep is { } failed)
        {
            _reached.GoBackTo(failed - 1);
            SaveAndWait();
            throw;
        }
    }

    void Evaluate(EvaluationRounds evaluations)
    {
        Settle();
        if (_throughput.Apart(() => evaluations.RunAfter(_reached.Step)))
            SaveAndWait();
    }

    void Save()
    {
        Settle();
        _checkpoints.Save(_reached.Step, _reached.Position, _randomness);
    }

    void SaveAndWait()
    {
        Save();
        _checkpoints.Wait();
    }
}
