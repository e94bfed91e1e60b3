using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Loading;
using Llava.Model;
using Llava.Model.Interop;
using Llava.Model.Mapping;
using Llava.Train.Checkpoints;
using Llava.Train.Configuration;
using Llava.Train.Memory;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using TorchSharp;
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
            RequireInputs(config, options);
        TorchRuntime.Use(options.Threads ?? TorchRuntime.DefaultThreads);
        // One thread from here on: dispose scopes belong to the thread that opened them.
        return Task.Run(() => Run(config, options, log, stop), CancellationToken.None);
    }

    static void Run(TrainConfig config, TrainOptions options, IStageLog log, CancellationToken stop)
    {
        random.manual_seed(config.Run.Seed);
        switch (options.Mode)
        {
            case TrainMode.Eval:
                Evaluate(config, options, log, stop);
                break;
            case TrainMode.Estimate:
                Estimate(config, options, log);
                break;
            case TrainMode.Validate:
                Validate(config, options, log);
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
        var settings = RunSettings.Of(config);
        if (start.State is { } saved)
            RunSettings.ThrowIfChanged(saved.Settings, settings, start.Folder);
        CarryPreprocessor(config, options);
        if (start.State is { } finished && finished.Step >= schedule.Steps)
        {
            log.Information($"nothing to do: {start.Folder} is at step {finished.Step} of {schedule.Steps}");
            return;
        }
        var model = Load(config, options, start, loader.MaxSequenceLength);
        using var step = new OptimizationStep(model, config.Optimizer, config.Schedule, config.Run.CheckLossValues, config.Run.BlocksPerSegment);
        var loop = new TrainingLoop(config, options, model, loader, step, schedule, log);
        if (start.State is { } state)
        {
            TrainingCheckpoint.LoadOptimizer(step.Optimizer, start.Folder, state);
            loop.ResumeFrom(state, isSaved: Path.GetDirectoryName(start.Folder) == Path.GetFullPath(options.ModelDirectory));
            log.Information($"going on from step {state.Step} of {schedule.Steps}: {start.Folder}");
        }
        Directory.CreateDirectory(options.ModelDirectory);
        if (start.State is null)
            BestCheckpoint.Forget(options.ModelDirectory);
        using var metrics = MetricsRecord.Open(options.ModelDirectory, start.State is null ? null : Path.Combine(start.Folder, MetricsFile.FileName), start.State?.Step ?? 0);
        using var evaluationLoader = options.Mode == TrainMode.TrainAndEval ? LlavaDataLoader.Open(config.Sections.EvalInput!) : null;
        loop.Run(metrics, evaluationLoader is null ? null : steps => Evaluate(config, options, model, evaluationLoader, steps, log, stop), stop);
        log.Count("steps", schedule.Steps);
    }

    // Training does not read it; exports and answers of what is trained need it.
    static void CarryPreprocessor(TrainConfig config, TrainOptions options)
    {
        if ((options.CheckpointPath ?? config.Run.CheckpointPath) is not { } named)
            return;
        Directory.CreateDirectory(options.ModelDirectory);
        PreprocessorFile.Carry(LlavaCheckpoint.FindPreprocessor(named), options.ModelDirectory);
    }

    static void Evaluate(TrainConfig config, TrainOptions options, IStageLog log, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var start = StartingPoint.FindForEvaluation(options, config.Run, log);
        using var loader = LlavaDataLoader.Open(config.Sections.EvalInput!);
        var model = Load(config, options, start);
        var result = Evaluate(config, options, model, loader, start.State?.Step ?? 0, log, stop);
        log.Count("eval.loss", result.Loss);
        log.Count("eval.perplexity", result.Perplexity);
        log.Count("eval.token_accuracy", result.TokenAccuracy);
    }

    static EvaluationMetrics Evaluate(TrainConfig config, TrainOptions options, LlavaModel model, LlavaDataLoader loader, long step, IStageLog log, CancellationToken stop)
    {
        var result = new Evaluation(config.Sections.EvalInput!, config.Run.EvalSteps, model, loader, log).Run(step, stop);
        result.Write(options.ModelDirectory);
        return result;
    }

    static void Validate(TrainConfig config, TrainOptions options, IStageLog log)
    {
        using var scope = NewDisposeScope();
        using var loader = LlavaDataLoader.Open(config.Sections.TrainInput!);
        var schedule = TrainingSchedule.Of(config, loader.SamplesPerEpoch, log);
        var model = Load(config, options, StartingPoint.FindForEvaluation(options, config.Run, log), loader.MaxSequenceLength);
        using var step = new OptimizationStep(model, config.Optimizer, config.Schedule, config.Run.CheckLossValues, config.Run.BlocksPerSegment);
        SupervisionAudit.ThrowIfAnyIsEmpty(loader, schedule, loader.Start, stepsDone: 0, log, CancellationToken.None);
        using var batch = loader.Read(loader.Start, LoaderPass.Endless).First();
        step.Run(0, [.. BatchTensors.Split(batch, config.Sections.TrainInput!, schedule.MicroBatchSequences, model)]);
        var metrics = step.Read();
        log.Information(FormattableString.Invariant($"everything fits: {step.Parameters.Count} trainable tensors, loss {metrics.Loss:0.####}, gradient norm {metrics.GradientNorm:0.####}, {schedule.Steps} steps to make; nothing was written"));
    }

    static void Estimate(TrainConfig config, TrainOptions options, IStageLog log)
    {
        using var scope = NewDisposeScope();
        // The type alone: TorchSharp's CUDA device is an error where there is none.
        var device = WantedDevice(options.Device, config.Run) == "cuda" ? DeviceType.CUDA : DeviceType.CPU;
        using var model = Declare(config, CPU);
        var length = config.Sections.TrainInput?.MaxSequenceLength ?? config.Model.TextModel.MaxPositionEmbeddings;
        var estimate = EstimateOf(config, model, length);
        estimate.Report(log, device, CapacityOf(device));
        log.Count("memory.bytes", device == DeviceType.CUDA ? estimate.BytesOn(device) : estimate.PeakBytes(AvailableBytes, config.Run.CheckpointSteps > 0));
        estimate.ThrowUnlessFits(device, CapacityOf(device), options.ParamsPath);
    }

    static LlavaModel Load(TrainConfig config, TrainOptions options, StartingPoint start, int? length = null)
    {
        var device = ComputeDevice.Parse(WantedDevice(options.Device, config.Run));
        if (length is { } positions)
            ThrowUnlessFits(config, options, device.type, positions);
        var model = Declare(config, device);
        TrainingCheckpoint.LoadWeights(model, start.Folder);
        return model;
    }

    // Declared on the host, where weights that are not written take no memory: on a GPU they would, before the answer is known.
    static void ThrowUnlessFits(TrainConfig config, TrainOptions options, DeviceType device, int length)
    {
        using var model = Declare(config, CPU);
        EstimateOf(config, model, length).ThrowUnlessFits(device, CapacityOf(device), options.ParamsPath);
    }

    static LlavaModel Declare(TrainConfig config, Device device)
    {
        var model = LlavaModel.Create(config.Model, device, config.Model.MixedPrecision ? ScalarType.BFloat16 : ScalarType.Float32);
        model.TrainAllBut(FreezePatterns.Frozen(config.Model.Freeze, [.. model.named_parameters().Select(entry => entry.name)]));
        return model;
    }

    static MemoryEstimate EstimateOf(TrainConfig config, LlavaModel model, int length) =>
        MemoryEstimate.Of(model, config.Sections.TrainInput!, TrainingSchedule.MicroBatchOf(config), length, config.Run.BlocksPerSegment);

    // Null: not known.
    static long? CapacityOf(DeviceType device) => device == DeviceType.CPU ? AvailableBytes : DeviceMemory.OfFirstGpu();

    // Of the machine, or of the container.
    static long AvailableBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    // "auto" leaves it to the yaml; CSX, ModelZoo's own machine, and nothing at all mean what there is.
    static string WantedDevice(string requested, RunConfig run) => requested != "auto" ? requested : run.TargetDevice?.ToLowerInvariant() switch
    {
        "cpu" => "cpu",
        "cuda" or "gpu" => "cuda",
        _ => "auto",
    };

    static void RequireInputs(TrainConfig config, TrainOptions options)
    {
        var problems = new List<Diagnostic>();
        if (options.Mode != TrainMode.Eval && config.Sections.TrainInput is null)
            problems.Add(ErrorCatalog.MissingKey.At(options.ParamsPath, "train_input is required"));
        if (options.Mode is TrainMode.Eval or TrainMode.TrainAndEval && config.Sections.EvalInput is null)
            problems.Add(ErrorCatalog.MissingKey.At(options.ParamsPath, "eval_input is required"));
        LlavaDataConfig[] used = [.. new[] { config.Sections.TrainInput, config.Sections.EvalInput }.OfType<LlavaDataConfig>().Where(input => IsUsed(input, config, options.Mode))];
        problems.AddRange(used.SelectMany(MissingFolders).Distinct());
        if ((options.CheckpointPath ?? config.Run.CheckpointPath) is { } checkpoint && !Path.Exists(checkpoint))
            problems.Add(ErrorCatalog.NoStartingWeights.At(checkpoint, "there is no such checkpoint"));
        DiagnosticException.ThrowIfAny(problems);
        foreach (var input in used)
            ImagePositionCheck.ThrowIfElsewhere(input, config.Model.ImageStartIdx, config.Model.ImageTokenCount);
    }

    static IEnumerable<Diagnostic> MissingFolders(LlavaDataConfig input) =>
        from folder in input.DataFolders.Concat(input.Mixture?.SelectMany(part => part.DataFolders) ?? []).Append(input.ImgDataDir)
        where !Directory.Exists(folder)
        select ErrorCatalog.FileNotFound.At(folder, folder == input.ImgDataDir ? "img_data_dir: there is no such folder" : "data_dir: there is no such folder");

    static bool IsUsed(LlavaDataConfig input, TrainConfig config, TrainMode mode) => mode switch
    {
        TrainMode.TrainAndEval => true,
        TrainMode.Eval => ReferenceEquals(input, config.Sections.EvalInput),
        _ => ReferenceEquals(input, config.Sections.TrainInput),
    };
}
