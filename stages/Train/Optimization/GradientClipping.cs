using static TorchSharp.torch;

namespace Llava.Train.Optimization;

/// <summary>The global L2 norm over all gradients, and what they are divided by to keep a bound on it.</summary>
static class GradientClipping
{
    // As PyTorch's clip_grad_norm_: keeps the quotient finite when the norm is 0.
    const double NormFloor = 1e-6;

    /// <summary>A norm of norms, so that no copy of all gradients is made.</summary>
    public static double GlobalNorm(IReadOnlyList<Tensor> gradients)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return stack([.. gradients.Select(gradient => gradient.norm())]).norm().item<float>();
    }

    /// <summary>What the gradients are divided by; 1 within the bound.</summary>
    public static double Divisor(double globalNorm, double? maximumNorm) => Math.Max(1, (globalNorm + NormFloor) / (maximumNorm ?? double.PositiveInfinity));
}
