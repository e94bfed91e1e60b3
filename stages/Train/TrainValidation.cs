using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Loading;
using Llava.Model;
using Llava.Train.Checkpoints;
using Llava.Train.Configuration;
using Llava.Train.Optimization;
using static TorchSharp.torch;

namespace Llava.Train;

/// <summary>Mode validate: whatever a training would stumble over, in a minute and without writing: its own first step, from where it would go on.</summary>
static class TrainValidation
{
    /// <exception cref="DiagnosticException">What training or its evaluation would have failed with.</exception>
    public static void Run(TrainConfig config, TrainOptions options, IStageLog log, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var loader = LlavaDataLoader.Open(config.Sections.TrainInput!);
        var schedule = TrainingSchedule.Of(config, loader.SamplesPerEpoch, log);
        var start = StartingPoint.Find(options, config.Run, log);
        start.ThrowIfSettingsChanged(config);
        var model = ModelLoading.Load(config, options, start, loader);
        var evaluated = config.Sections.EvalInput is { } input ? FormattableString.Invariant($", {EvaluationLoss(config, input, model, start, log, stop):0.####} on eval_input") : "";
        using var step = new OptimizationStep(model, config.Optimizer, config.Schedule, config.Run.CheckLossValues, config.Run.BlocksPerSegment);
        if (start.State is { } state)
            TrainingCheckpoint.LoadOptimizer(step.Optimizer, start.Folder, state);
        var (from, stepsDone) = (start.State?.Position ?? loader.Start, start.State?.Step ?? 0);
        SupervisionAudit.ThrowIfAnyIsEmpty(loader, schedule, from, stepsDone, log, stop);
        using var batch = loader.Read(from, LoaderPass.Endless, cancellationToken: stop).First();
        step.Run(stepsDone, [.. BatchTensors.Split(batch, config.Sections.TrainInput!, schedule.MicroBatchSequences, model)]);
        var metrics = step.Read();
        log.Information(FormattableString.Invariant($"everything fits: {step.Parameters.Count} trainable tensors, loss {metrics.Loss:0.####}{evaluated}, gradient norm {metrics.GradientNorm:0.####}, {schedule.Steps - stepsDone} steps to make; nothing was written"));
    }

    static double EvaluationLoss(TrainConfig config, LlavaDataConfig input, LlavaModel model, StartingPoint start, IStageLog log, CancellationToken stop)
    {
        using var loader = LlavaDataLoader.Open(input);
        return new Evaluation(input, maximumBatches: 1, model, loader, config.Run.CheckLossValues, log).Run(start.State?.Step ?? 0, stop).Loss;
    }
}
