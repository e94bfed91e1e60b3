using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Optimization;

/// <summary>
/// What a step shows, kept on the device until somebody asks: the loss, the norm of each gradient, and whether one was not finite.
/// From the first step where one was not, <see cref="Halted"/> is 1: the optimizer leaves the weights alone, and the figures stay.
/// </summary>
sealed class StepFigures : IDisposable
{
    static readonly Scalar One = 1;

    readonly Tensor _figures, _skipped;

    /// <param name="parameterCount">How many gradients there are.</param>
    public StepFigures(int parameterCount, Device device)
    {
        _figures = zeros([2 + parameterCount], ScalarType.Float64, device).DetachFromDisposeScope();
        _skipped = zeros([1], ScalarType.Float64, device).DetachFromDisposeScope();
        Halted = zeros([1], ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>float32: 1 from the first step that was not finite on.</summary>
    public Tensor Halted { get; }

    /// <summary>How often <see cref="Read"/> made the host wait for the device.</summary>
    public long Reads { get; private set; }

    /// <param name="loss">A float64 scalar.</param>
    /// <param name="norms_P">Of the gradients, float32.</param>
    /// <param name="halts">Stop where one of them is not finite.</param>
    /// <returns>The global norm, a float64 scalar.</returns>
    public Tensor Add(Tensor loss, Tensor norms_P, bool halts)
    {
        using var scope = NewDisposeScope();
        var norm = norms_P.norm().to(ScalarType.Float64);
        var figures = cat([loss.view(1), norm.view(1), norms_P.to(ScalarType.Float64)]);
        _figures.copy_(where(Halted.to(ScalarType.Bool), _figures, figures));
        if (halts)
            Halted.copy_(_figures.narrow(0, 0, 2).isfinite().all().logical_not());
        _skipped.add_(Halted, One);
        return scope.MoveToOuter(norm);
    }

    /// <summary>The one place of a training step that waits for the device.</summary>
    public (double Loss, double GradientNorm, int SkippedSteps) Read()
    {
        using var scope = NewDisposeScope();
        Reads++;
        var read = cat([_figures.narrow(0, 0, 2), _skipped]).cpu().data<double>();
        return (read[0], read[1], (int)read[2]);
    }

    /// <summary>Which gradients were not finite, by their place among the parameters.</summary>
    public IReadOnlyList<int> ReadNotFinite()
    {
        using var scope = NewDisposeScope();
        var norms = _figures.cpu().data<double>().ToArray()[2..];
        return [.. Enumerable.Range(0, norms.Length).Where(index => !double.IsFinite(norms[index]))];
    }

    public void Dispose()
    {
        _figures.Dispose();
        _skipped.Dispose();
        Halted.Dispose();
    }
}
