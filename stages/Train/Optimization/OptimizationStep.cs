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
/// together, then AdamW at the schedule's rate of the steps made before. A step is queued on the device without waiting for it.
/// </summary>
sealed class OptimizationStep : IDisposable
{
    static readonly Scalar One = 1;

    readonly LlavaModel _model;
    readonly OptimizerConfig _config;
    readonly LearningRateSchedule _schedule;
    readonly IReadOnlyList<TrainableParameter> _parameters;
    readonly IReadOnlyList<Tensor> _gradients;
    readonly bool _checksNumbers;
    readonly int? _blocksPerSegment;
    readonly StepArithmetic _arithmetic;
    readonly StepFigures _figures;
    readonly List<QueuedStep> _unread = [];

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
        _figures = new StepFigures(_parameters.Count, model.Device);
        Optimizer = new AdamW(config, _parameters, new WeightDecayRule(named.Select(entry => entry.name)));
    }

    public AdamW Optimizer { get; }

    public IReadOnlyList<TrainableParameter> Parameters => _parameters;

    /// <summary>Spent so far on what follows a step's last gradient: norm, clipping, update. With a GPU, on queueing it.</summary>
    public TimeSpan OptimizerTime { get; private set; }

    /// <summary>How often the host waited for the device.</summary>
    public long HostReads => _figures.Reads;

    /// <summary>The step that <see cref="Read"/> found not finite; its weights are those of the step before.</summary>
    public long? FailedStep { get; private set; }

    /// <param name="stepsBefore">Steps made already; 0 for the first.</param>
    public QueuedStep Run(long stepsBefore, IReadOnlyList<MicroBatch> microBatches)
    {
        using var scope = NewDisposeScope();
        TensorLists.Zero(_gradients);
        var supervisedTokens = microBatches.Sum(batch => batch.SupervisedTokens);
        var loss = zeros([], ScalarType.Float64, _model.Device);
        foreach (var batch in microBatches)
            AddGradients(batch, ShareOf(batch, supervisedTokens, microBatches.Count), loss);
        var gradientsDone = Stopwatch.GetTimestamp();
        var learningRate = _schedule.At(stepsBefore);
        Update(loss, learningRate);
        OptimizerTime += Stopwatch.GetElapsedTime(gradientsDone);
        _unread.Add(new QueuedStep(stepsBefore + 1, learningRate, [.. microBatches.SelectMany(batch => batch.SampleIndices)], supervisedTokens, microBatches.Sum(batch => batch.Tokens), microBatches.Sum(_arithmetic.Of)));
        return _unread[^1];
    }

    /// <summary>Waits for the device.</summary>
    /// <returns>The last step that <see cref="Run"/> queued.</returns>
    /// <exception cref="DiagnosticException">The loss or the gradient of a step was not finite; no weight was changed since the step before it.</exception>
    public StepMetrics Read()
    {
        var (loss, norm, skippedSteps) = _figures.Read();
        if (skippedSteps > 0)
            throw NotFinite(_unread[^skippedSteps], loss, norm);
        var last = _unread[^1];
        _unread.Clear();
        return new StepMetrics(last, loss, norm);
    }

    void Update(Tensor loss, double learningRate)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var norm = _figures.Add(loss, GradientClipping.Norms(_gradients), _checksNumbers);
        var divisor = _config.MaxGradientNorm is { } bound ? GradientClipping.Divisor(norm, bound) : null;
        Optimizer.Step(learningRate, divisor, _checksNumbers ? _figures.Halted : null);
    }

    void AddGradients(MicroBatch batch, double share, Tensor loss)
    {
        using var scope = NewDisposeScope();
        var features_BPW = _model.ImageFeatures(batch.Images_BCYX);
        var lossPerToken = share * _model.LossPerToken(batch.SupervisedTokens, batch.Rows);
        loss.add_(_model.AddGradients(features_BPW, batch.TokenIds_BS, batch.Supervision, batch.Hidden_BS, lossPerToken, _blocksPerSegment), One);
    }

    // A mean over each micro-batch's own tokens, or over those of the whole step.
    double ShareOf(MicroBatch batch, long supervisedTokens, int count) =>
        _config.TokenExactAccumulation && _model.Config.LossScaling == "num_tokens" ? (double)batch.SupervisedTokens / supervisedTokens : 1.0 / count;

    DiagnosticException NotFinite(QueuedStep failed, double loss, double norm)
    {
        FailedStep = failed.Step;
        return new(ErrorCatalog.LossNotFinite.Says(FormattableString.Invariant(
            $"step {failed.Step}: the loss is {loss} and the gradient norm {norm}; {NotFiniteGradients()}; samples {MicroBatch.List(failed.SampleIndices)}")));
    }

    string NotFiniteGradients()
    {
        var places = _figures.ReadNotFinite();
        return places.Count == 0 ? "every gradient is finite" : $"{places.Count} of {_parameters.Count} gradients are not finite, the first of {_parameters[places[0]].Name}";
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        _figures.Dispose();
        foreach (var parameter in _parameters)
            parameter.Gradient.Dispose();
    }
}
