using Llava.Model.Interop;
using static TorchSharp.torch;

namespace Llava.Train.Optimization;

/// <summary>The global L2 norm over all gradients, and scaling them down to a bound on it.</summary>
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

    public static void Clip(IReadOnlyList<Tensor> gradients, double globalNorm, double maximumNorm)
    {
        var factor = maximumNorm / (globalNorm + NormFloor);
        if (factor >= 1)
            return;
        using var noGradient = no_grad();
        using var scale = tensor((float)factor, device: gradients[0].device);
        TensorLists.Multiply(gradients, scale);
    }
}
