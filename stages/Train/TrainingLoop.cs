using System.Diagnostics;
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
    readonly CheckpointStore _store = new(options.ModelDirectory, log);
    readonly IReadOnlyDictionary<string, string> _settings = RunSettings.Of(config);
    readonly Throughput _throughput = new(TimeProvider.System, loader, step, MatrixRate.Measure(model.Device, model.ElementType));

    LoaderPosition _position = loader.Start;
    long _stepsDone;
    long _savedStep = -1;
    BestCheckpoint? _best;
    IntervalTiming? _timing;
    Task _writing = Task.CompletedTask;

    /// <summary>Goes on behind a checkpoint instead of at step 0.</summary>
    public void ResumeFrom(TrainingState state, bool isSaved)
    {
        (_stepsDone, _position) = (state.Step, state.Position);
        _savedStep = isSaved ? state.Step : -1;
        _best = BestCheckpoint.Find(options.ModelDirectory) is { } best && best.Step <= state.Step ? best : null;
    }

    /// <param name="evaluate">Called every <c>eval_frequency</c> steps and at the end; null in mode train.</param>
    /// <exception cref="OperationCanceledException">Stopped; a checkpoint was written first.</exception>
    public void Run(MetricsRecord metrics, Func<long, EvaluationMetrics>? evaluate, CancellationToken stop)
    {
        if (config.Run.SaveInitialCheckpoint && _stepsDone == 0)
            Save();
        SupervisionAudit.ThrowIfAnyIsEmpty(loader, schedule, _position, _stepsDone, log, stop);
        try
        {
            RunSteps(metrics, evaluate, stop);
        }
        finally
        {
            Task.WaitAny([_writing], CancellationToken.None); // it reads the model, which is freed after this
        }
    }

    void RunSteps(MetricsRecord metrics, Func<long, EvaluationMetrics>? evaluate, CancellationToken stop)
    {
        _throughput.Start();
        using var batches = loader.Read(_position, LoaderPass.Endless, cancellationToken: CancellationToken.None).GetEnumerator();
        while (_stepsDone < schedule.Steps)
        {
            SaveAndStopIf(stop);
            Report(metrics, TrainOn(batches));
            if (evaluate is not null && schedule.EvaluatesAfter(_stepsDone))
                Report(metrics, evaluate(_stepsDone));
            if (schedule.SavesAfter(_stepsDone))
                Save();
            if (_writing.IsFaulted)
                _writing.GetAwaiter().GetResult();
        }
        SaveAndWait();
    }

    StepMetrics TrainOn(IEnumerator<LlavaBatch> batches)
    {
        if (!batches.MoveNext())
            throw new UnreachableException("the loader's endless pass has ended");
        using var batch = batches.Current;
        var microBatches = BatchTensors.Split(batch, config.Sections.TrainInput!, schedule.MicroBatchSequences, model).ToList();
        try
        {
            var metrics = step.Run(_stepsDone, microBatches);
            (_stepsDone, _position) = (metrics.Step, batch.Next);
            return metrics;
        }
        catch (DiagnosticException error) when (error.Diagnostics.Any(diagnostic => diagnostic.Code == ErrorCatalog.LossNotFinite))
        {
            SaveAndWait(); // as it was before this step, which changed nothing
            throw;
        }
        finally
        {
            microBatches.ForEach(microBatch => microBatch.Dispose());
        }
    }

    void Report(MetricsRecord metrics, StepMetrics done)
    {
        _throughput.Add(done);
        if (done.Step % config.Run.LogSteps == 0 || done.Step == schedule.Steps)
        {
            _timing = _throughput.Lap();
            metrics.Write(done, _timing);
        }
        log.Progress(new StageProgress("training", done.Step, schedule.Steps, "steps", [("loss", done.Loss), ("lr", done.LearningRate), ("gradient norm", done.GradientNorm), ("memory MB", ResidentMemory.Megabytes), ("tokens/s", Math.Round(_timing?.TokensPerSecond ?? 0)), ("GFLOP/s", Math.Round((_timing?.OperationsPerSecond ?? 0) / 1e9)), ("of matrix rate", Math.Round(_timing?.MatrixRateShare ?? 0, 2))]));
    }

    void Report(MetricsRecord metrics, EvaluationMetrics evaluation)
    {
        metrics.Write(evaluation);
        if (!config.Run.KeepBestCheckpoint || !(evaluation.Loss < (_best?.Loss ?? double.PositiveInfinity)))
            return;
        SaveAndWait();
        _best = new BestCheckpoint(evaluation.Step, evaluation.Loss);
        _best.Write(options.ModelDirectory);
    }

    void SaveAndStopIf(CancellationToken stop)
    {
        if (!stop.IsCancellationRequested)
            return;
        SaveAndWait();
        log.Information($"stopped after step {_stepsDone} of {schedule.Steps}; the next run with this --model-dir goes on from there");
        stop.ThrowIfCancellationRequested();
    }

    // The copy is made here, between two steps; the files are written beside the next ones.
    void Save()
    {
        if (_savedStep == _stepsDone)
            return;
        _writing.GetAwaiter().GetResult();
        var state = TrainingCheckpoint.StateOf(_stepsDone, _position, _settings);
        var snapshot = CheckpointSnapshot.Take(model, step.Optimizer, options.ModelDirectory);
        _writing = Task.Run(() => Write(snapshot, state));
        if (!snapshot.IsIndependent)
            _writing.GetAwaiter().GetResult();
        _savedStep = _stepsDone;
    }

    void Write(CheckpointSnapshot snapshot, TrainingState state)
    {
        using (snapshot)
            _store.Save(state, snapshot.WriteTo, config.Run.MaxCheckpoints);
    }

    void SaveAndWait()
    {
        Save();
        _writing.GetAwaiter().GetResult();
    }
}
