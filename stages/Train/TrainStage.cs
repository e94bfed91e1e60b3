using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Data.Loading;
using Llava.Model;
using Llava.Model.Mapping;
using Llava.Train.Checkpoints;
using Llava.Train.Configuration;
using Llava.Train.Memory;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using static TorchSharp.torch;

namespace Llava.Train;

/// <summary>
/// Step 5, both phases: a ModelZoo yaml, H5 files and pictures, and a checkpoint become a trained one. Stopping it leaves a
/// checkpoint, and the next run goes on from there to the same bits.
/// </summary>
public static class TrainStage
{
    /// <summary>Reads a training yaml as strictly as a run does, and nothing else.</summary>
    /// <returns>Positions that a picture takes up in a row, from the image and patch size.</returns>
    /// <exception cref="DiagnosticException">With every problem of the file.</exception>
    public static int CheckConfiguration(string path, IReadOnlyList<string> overrides) => TrainConfig.Load(path, overrides).Model.ImageTokenCount;

    /// <exception cref="DiagnosticException">With every problem found before the first step, or the one that stopped training.</exception>
    /// <exception cref="OperationCanceledException">Stopped on request; state saved.</exception>
    public static Task RunAsync(TrainOptions options, IStageLog log, CancellationToken stop = default)
    {
        var config = TrainConfig.Load(options.ParamsPath, options.Overrides);
        if (options.Mode != TrainMode.Estimate)
            RequiredInputs.ThrowIfMissing(config, options);
        // One thread from here on: dispose scopes belong to the thread that opened them.
        return Task.Run(() => Run(config, options, log, stop), CancellationToken.None);
    }

    static void Run(TrainConfig config, TrainOptions options, IStageLog log, CancellationToken stop)
    {
        TorchRuntime.Use(options.Threads ?? TorchRuntime.DefaultThreads);
        random.manual_seed(config.Run.Seed);
        switch (options.Mode)
        {
            case TrainMode.Eval:
                Evaluate(config, options, log, stop);
                break;
            case TrainMode.Estimate:
                MemoryCheck.Report(config, options, log);
                break;
            case TrainMode.Validate:
                TrainValidation.Run(config, options, log, stop);
                break;
            default:
                Train(config, options, log, stop);
                break;
        }
    }

    static void Train(TrainConfig config, TrainOptions options, IStageLog log, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var loader = LlavaDataLoader.Open(config.Sections.TrainInput!);
        var schedule = TrainingSchedule.Of(config, loader.SamplesPerEpoch, log);
        var start = StartingPoint.Find(options, config.Run, log);
        start.ThrowIfSettingsChanged(config);
        Directory.CreateDirectory(options.ModelDirectory);
        AtomicFile.RemoveLeftBehind(options.ModelDirectory, SearchOption.TopDirectoryOnly); // a folder below may be of a run that writes just now
        CarryPreprocessor(config, options);
        if (IsFinished(start, options, schedule))
        {
            log.Information($"nothing to do: {start.Folder} is at step {start.State!.Step} of {schedule.Steps}");
            return;
        }
        var model = ModelLoading.Load(config, options, start, loader);
        using var step = new OptimizationStep(model, config.Optimizer, config.Schedule, config.Run.CheckLossValues, config.Run.BlocksPerSegment);
        var loop = new TrainingLoop(config, options, model, loader, step, schedule, log);
        if (start.State is { } state)
            GoOn(loop, step, start.Folder, state, options, schedule, log);
        if (start.State is null)
            BestCheckpoint.Forget(options.ModelDirectory);
        using var metrics = MetricsRecord.Open(options.ModelDirectory, start.State is null ? null : Path.Combine(start.Folder, MetricsFile.FileName), start.State?.Step ?? 0);
        using var evaluationLoader = options.Mode == TrainMode.TrainAndEval ? LlavaDataLoader.Open(config.Sections.EvalInput!) : null;
        loop.Run(metrics, evaluationLoader is null ? null : steps => Evaluate(config, options, model, evaluationLoader, steps, log, stop), stop);
        log.Count("steps", schedule.Steps);
    }

    static void GoOn(TrainingLoop loop, OptimizationStep step, string folder, TrainingState state, TrainOptions options, TrainingSchedule schedule, IStageLog log)
    {
        TrainingCheckpoint.LoadOptimizer(step.Optimizer, folder, state);
        loop.ResumeFrom(state, isSaved: Path.GetDirectoryName(folder) == Path.GetFullPath(options.ModelDirectory));
        log.Information($"going on from step {state.Step} of {schedule.Steps}: {folder}");
    }

    static bool IsFinished(StartingPoint start, TrainOptions options, TrainingSchedule schedule) =>
        start.State is { } state && state.Step >= schedule.Steps
        && !(options.Mode == TrainMode.TrainAndEval && EvaluationRounds.IsMissing(options.ModelDirectory, schedule, state.Step));

    // Training does not read it; exports and answers of what is trained need it.
    static void CarryPreprocessor(TrainConfig config, TrainOptions options)
    {
        if ((options.CheckpointPath ?? config.Run.CheckpointPath) is not { } named)
            return;
        PreprocessorFile.Carry(LlavaCheckpoint.FindPreprocessor(named), options.ModelDirectory);
    }

    static void Evaluate(TrainConfig config, TrainOptions options, IStageLog log, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var start = StartingPoint.FindForEvaluation(options, config.Run, log);
        using var loader = LlavaDataLoader.Open(config.Sections.EvalInput!);
        var model = ModelLoading.Load(config, options, start);
        var result = Evaluate(config, options, model, loader, start.State?.Step ?? 0, log, stop);
        log.Count("eval.loss", result.Loss);
        log.Count("eval.perplexity", result.Perplexity);
        log.Count("eval.token_accuracy", result.TokenAccuracy);
    }

    static EvaluationMetrics Evaluate(TrainConfig config, TrainOptions options, LlavaModel model, LlavaDataLoader loader, long step, IStageLog log, CancellationToken stop)
    {
        var result = new Evaluation(config.Sections.EvalInput!, config.Run.EvalSteps, model, loader, config.Run.CheckLossValues, log).Run(step, stop);
        result.Write(options.ModelDirectory);
        return result;
    }
}
