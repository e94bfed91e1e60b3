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
    // Behind every step that was queued since the device was last waited for, and before the first of them.
    readonly List<(long Step, LoaderPosition Position)> _unread = [];

    StepRandomness _randomness = new(config.Run.Seed);
    long _stepsDone;
    long _savedStep = -1;
    StepMetrics? _last;
    BestCheckpoint? _best;
    IntervalTiming? _timing;
    Task _writing = Task.CompletedTask;

    /// <summary>Goes on behind a checkpoint instead of at step 0.</summary>
    public void ResumeFrom(TrainingState state, bool isSaved)
    {
        (_stepsDone, _position, _randomness) = (state.Step, state.Position, new StepRandomness(state.RandomSeed));
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
        using var batches = new UploadedBatches(loader, _position, config.Sections.TrainInput!, schedule.MicroBatchSequences, model);
        while (_stepsDone < schedule.Steps)
        {
            SaveAndStopIf(stop);
            TrainOn(batches);
            Report(metrics);
            if (evaluate is not null && schedule.EvaluatesAfter(_stepsDone))
                Evaluate(metrics, evaluate);
            if (schedule.SavesAfter(_stepsDone))
                Save();
            if (_writing.IsFaulted)
                _writing.GetAwaiter().GetResult();
        }
        SaveAndWait();
    }

    // Queues a step, and the copies of the next one behind it.
    void TrainOn(UploadedBatches batches)
    {
        using var batch = batches.Take();
        _randomness.Prepare(_stepsDone);
        if (_unread.Count == 0)
            _unread.Add((_stepsDone, _position));
        var queued = step.Run(_stepsDone, batch.MicroBatches);
        (_stepsDone, _position) = (queued.Step, batch.Next);
        _unread.Add((_stepsDone, _position));
        _throughput.Add(queued);
        if (_stepsDone < schedule.Steps)
            batches.ReadAhead();
    }

    void Report(MetricsRecord metrics)
    {
        if (_stepsDone % config.Run.LogSteps == 0 || _stepsDone == schedule.Steps)
        {
            Settle();
            _timing = _throughput.Lap();
            metrics.Write(_last!, _timing);
        }
        log.Progress(new StageProgress("training", _stepsDone, schedule.Steps, "steps", LiveFigures()));
    }

    // Of the last logged step: to ask for more would make the host wait for a GPU at every step.
    IReadOnlyList<(string Name, double Value)> LiveFigures() => _last is not { } last || _timing is not { } timing ? [] :
    [
        ("loss", last.Loss), ("lr", last.LearningRate), ("gradient norm", last.GradientNorm), ("memory MB", ResidentMemory.Megabytes), ("tokens/s", Math.Round(timing.TokensPerSecond)),
        ("GFLOP/s", Math.Round(timing.OperationsPerSecond / 1e9)), ("of matrix rate", Math.Round(timing.MatrixRateShare, 2)),
    ];

    // Waits for all that is queued. Where a step was not finite, the model is as it was before that step, and so is the checkpoint.
    void Settle()
    {
        if (_unread.Count == 0)
            return;
        try
        {
            _last = step.Read();
            _unread.Clear();
        }
        catch (DiagnosticException) when (step.FailedStep is { } failed)
        {
            (_stepsDone, _position) = _unread.Single(entry => entry.Step == failed - 1);
            _unread.Clear();
            SaveAndWait();
            throw;
        }
    }

    void Evaluate(MetricsRecord metrics, Func<long, EvaluationMetrics> evaluate)
    {
        Settle();
        var evaluation = evaluate(_stepsDone);
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
        Settle();
        if (_savedStep == _stepsDone)
            return;
        _writing.GetAwaiter().GetResult();
        var state = new TrainingState(TrainingState.CurrentFormat, _stepsDone, _position, _randomness.Seed, _settings, new Dictionary<string, CheckpointFile>());
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
