using System.Diagnostics;
using Llava.Contracts.Diagnostics;
using Llava.Model;
using Llava.Model.Gradients;
using Llava.Model.Interop;
using Llava.Train.Configuration;
using Llava.Train.Metrics;
using Llava.Train.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Optimization;

/// <summary>
/// One optimizer step, as the reference makes it: the gradients of each micro-batch's loss divided by their number, clipped
/// together, then AdamW at the schedule's rate of the steps made before.
/// </summary>
sealed class OptimizationStep : IDisposable
{
    readonly LlavaModel _model;
    readonly OptimizerConfig _config;
    readonly LearningRateSchedule _schedule;
    readonly IReadOnlyList<TrainableParameter> _parameters;
    readonly IReadOnlyList<Tensor> _gradients;
    readonly bool _checksNumbers;
    readonly int? _blocksPerSegment;
    readonly StepArithmetic _arithmetic;

    /// <param name="model">Its frozen parameters have <c>requires_grad</c> off already.</param>
    /// <param name="checksNumbers">Stop before the update when the loss or the gradient is not finite.</param>
    /// <param name="blocksPerSegment">Blocks of the language model that are computed twice instead of kept; null keeps all.</param>
    /// <exception cref="DiagnosticException">Everything is frozen.</exception>
    public OptimizationStep(LlavaModel model, OptimizerConfig config, LearningRateSchedule schedule, bool checksNumbers, int? blocksPerSegment = null)
    {
        (_model, _config, _schedule, _checksNumbers, _blocksPerSegment) = (model, config, schedule, checksNumbers, blocksPerSegment);
        _arithmetic = new StepArithmetic(model);
        var named = model.named_parameters().ToList();
        _parameters = [.. named.Where(entry => entry.parameter.requires_grad).Select(entry => TrainableParameter.Of(entry.name, entry.parameter))];
        if (_parameters.Count == 0)
            throw new DiagnosticException(ErrorCatalog.NothingToTrain.Says("model.freeze matches every parameter of the model"));
        _gradients = [.. _parameters.Select(parameter => parameter.Gradient)];
        Optimizer = new AdamW(config, _parameters, new WeightDecayRule(named.Select(entry => entry.name)));
    }

    public AdamW Optimizer { get; }

    public IReadOnlyList<TrainableParameter> Parameters => _parameters;

    /// <summary>Spent so far on what follows a step's last gradient: norm, clipping, update.</summary>
    public TimeSpan OptimizerTime { get; private set; }

    /// <param name="stepsBefore">Steps made already; 0 for the first.</param>
    /// <exception cref="DiagnosticException">The loss or the gradient is not finite; no weight was changed.</exception>
    public StepMetrics Run(long stepsBefore, IReadOnlyList<MicroBatch> microBatches)
    {
        TensorLists.Zero(_gradients);
        var supervisedTokens = microBatches.Sum(batch => batch.SupervisedTokens);
        var loss = 0.0;
        foreach (var batch in microBatches)
            loss += AddGradients(batch, ShareOf(batch, supervisedTokens, microBatches.Count));
        var gradientsDone = Stopwatch.GetTimestamp();
        var norm = GradientClipping.GlobalNorm(_gradients);
        if (_checksNumbers && !(double.IsFinite(loss) && double.IsFinite(norm)))
            throw NotFinite(stepsBefore + 1, loss, norm, microBatches);
        var learningRate = _schedule.At(stepsBefore);
        Optimizer.Step(learningRate, GradientClipping.Divisor(norm, _config.MaxGradientNorm));
        OptimizerTime += Stopwatch.GetElapsedTime(gradientsDone);
        return new StepMetrics(stepsBefore + 1, loss, learningRate, norm, supervisedTokens, microBatches.Sum(batch => batch.Tokens)) { Operations = microBatches.Sum(_arithmetic.Of) };
    }

    double AddGradients(MicroBatch batch, double share)
    {
        using var scope = NewDisposeScope();
        var features_BPW = _model.ImageFeatures(batch.Images_BCYX);
        var lossPerToken = share * _model.LossPerToken(batch.SupervisedTokens, batch.Rows);
        return _model.AddGradients(features_BPW, batch.TokenIds_BS, batch.Labels_BS, batch.LossMask_BS, batch.KeyPaddingMask_BS, lossPerToken, _blocksPerSegment).item<float>();
    }

    // A mean over each micro-batch's own tokens, or over those of the whole step.
    double ShareOf(MicroBatch batch, long supervisedTokens, int count) =>
        _config.TokenExactAccumulation && _model.Config.LossScaling == "num_tokens" ? (double)batch.SupervisedTokens / supervisedTokens : 1.0 / count;

    DiagnosticException NotFinite(long step, double loss, double norm, IReadOnlyList<MicroBatch> microBatches) =>
        new(ErrorCatalog.LossNotFinite.Says(FormattableString.Invariant(
            $"step {step}: the loss is {loss} and the gradient norm {norm}; {NotFiniteGradients()}; samples {MicroBatch.Describe(microBatches.SelectMany(batch => batch.SampleIndices))}")));

    string NotFiniteGradients()
    {
        using var scope = NewDisposeScope();
        var names = _parameters.Where(parameter => !parameter.Gradient.isfinite().all().item<bool>()).Select(parameter => parameter.Name).ToList();
        return names.Count == 0 ? "every gradient is finite" : $"{names.Count} of {_parameters.Count} gradients are not finite, the first of {names[0]}";
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        foreach (var parameter in _parameters)
            parameter.Gradient.Dispose();
    }
}
