using Llava.Model.Interop;
using Llava.Train.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Optimization;

/// <summary>
/// AdamW over named parameters, in either formula: the reference's, <c>p -= lr * (m / (sqrt(v) + eps) * sqrt(bc2) / bc1 + wd * p)</c>,
/// or PyTorch's, which adds eps after the correction of v. One kernel call a group computes both: the reference's eps
/// is PyTorch's divided by sqrt(bc2) of the step.
/// </summary>
sealed class AdamW : IDisposable
{
    readonly OptimizerConfig _config;
    readonly IReadOnlyList<Group> _groups;
    readonly Tensor _stepTensor;
    long _step;

    /// <param name="parameters">The trainable ones, in the model's order.</param>
    /// <param name="rule">Which of them are decayed.</param>
    public AdamW(OptimizerConfig config, IReadOnlyList<TrainableParameter> parameters, WeightDecayRule rule)
    {
        _config = config;
        _stepTensor = zeros([], ScalarType.Float32, parameters[0].Tensor.device).DetachFromDisposeScope();
        var decayed = parameters.ToLookup(parameter => rule.IsDecayed(parameter.Name));
        _groups = [.. new[] { (decayed[true], config.WeightDecay), (decayed[false], 0.0) }
            .Where(group => group.Item1.Any())
            .Select(group => new Group([.. group.Item1], group.Item2))];
    }

    /// <summary>Both moments of every parameter: <c>exp_avg.&lt;name&gt;</c>, <c>exp_avg_sq.&lt;name&gt;</c>.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => _groups.SelectMany(group => group.Parameters.SelectMany((parameter, index) => new[]
    {
        ($"exp_avg.{parameter.Name}", group.FirstMoments[index]),
        ($"exp_avg_sq.{parameter.Name}", group.SecondMoments[index]),
    }));

    /// <summary>Sets the number of steps already made, after <see cref="State"/> was filled from a checkpoint.</summary>
    public void ResumeAt(long step) => _step = step;

    /// <summary>One update from the gradients that the parameters hold.</summary>
    /// <param name="gradientDivisor">From clipping, a float32 scalar; the kernel divides as it reads.</param>
    /// <param name="isHalted">A float32 scalar: where it is 1, nothing changes.</param>
    public void Step(double learningRate, Tensor? gradientDivisor, Tensor? isHalted)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        _step++;
        using Scalar step = (float)_step;
        _stepTensor.fill_(step);
        var (rate, decayScale, epsilon) = Effective(learningRate);
        foreach (var group in _groups)
        {
            TensorLists.FusedAdamW(
                group.Tensors, group.Gradients, group.FirstMoments, group.SecondMoments, _stepTensor,
                rate, _config.Betas[0], _config.Betas[1], group.WeightDecay * decayScale, epsilon, gradientDivisor, isHalted);
        }
    }

    (double Rate, double DecayScale, double Epsilon) Effective(double learningRate)
    {
        if (_config.OptimizerType == OptimizerConfig.TorchAdamW)
            return (learningRate, 1, _config.Epsilon);
        // The kernel corrects in double. The reference corrects in float32, where 1 - 0.999 is off by 1e-5, or not at all.
        var firstCorrection = 1 - Math.Pow(_config.Betas[0], _step);
        var secondCorrectionRoot = Math.Sqrt(1 - Math.Pow(_config.Betas[1], _step));
        var wanted = _config.CorrectBias ? MathF.Sqrt(1 - MathF.Pow((float)_config.Betas[1], _step)) / (1 - MathF.Pow((float)_config.Betas[0], _step)) : 1;
        var scale = wanted * firstCorrection / secondCorrectionRoot;
        return (learningRate * scale, 1 / scale, _config.Epsilon / secondCorrectionRoot);
    }

    public void Dispose()
    {
        _stepTensor.Dispose();
        foreach (var tensor in _groups.SelectMany(group => group.FirstMoments.Concat(group.SecondMoments)))
            tensor.Dispose();
    }

    sealed class Group(IReadOnlyList<TrainableParameter> parameters, double weightDecay)
    {
        public IReadOnlyList<TrainableParameter> Parameters { get; } = parameters;

        public IReadOnlyList<Tensor> Tensors { get; } = [.. parameters.Select(parameter => parameter.Tensor)];

        public IReadOnlyList<Tensor> Gradients { get; } = [.. parameters.Select(parameter => parameter.Gradient)];

        public IReadOnlyList<Tensor> FirstMoments { get; } = [.. parameters.Select(Zeros)];

        public IReadOnlyList<Tensor> SecondMoments { get; } = [.. parameters.Select(Zeros)];

        public double WeightDecay { get; } = weightDecay;

        static Tensor Zeros(TrainableParameter parameter) => zeros_like(parameter.Tensor, requires_grad: false).DetachFromDisposeScope();
    }
}
