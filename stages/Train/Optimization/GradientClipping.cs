using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Optimization;

/// <summary>The global L2 norm over all gradients, and what they are divided by to keep a bound on it. Nothing is read back from the device.</summary>
static class GradientClipping
{
    // As PyTorch's clip_grad_norm_: keeps the quotient finite when the norm is 0.
    static readonly Scalar NormFloor = 1e-6;

    static readonly Scalar One = 1.0;

    /// <summary>Of each gradient, float32: the norm of these norms is the global one, so no copy of all gradients is made.</summary>
    public static Tensor Norms(IReadOnlyList<Tensor> gradients)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(stack([.. gradients.Select(gradient => gradient.norm())]));
    }

    /// <summary>What the gradients are divided by, float32; 1 within the bound.</summary>
    /// <param name="globalNorm">A float64 scalar.</param>
    public static Tensor Divisor(Tensor globalNorm, double maximumNorm)
    {
        using var scope = NewDisposeScope();
        using Scalar bound = maximumNorm;
        return scope.MoveToOuter(globalNorm.add(NormFloor, One).div(bound).clamp_min(One).to(ScalarType.Float32));
    }
}
