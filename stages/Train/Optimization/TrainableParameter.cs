using static TorchSharp.torch;

namespace Llava.Train.Optimization;

/// <summary>
/// A parameter that learns, with the gradient that autograd adds to in place: made once, set to zero every step, so that a
/// step allocates none.
/// </summary>
sealed record TrainableParameter(string Name, Tensor Tensor, Tensor Gradient)
{
    public static TrainableParameter Of(string name, Tensor parameter)
    {
        using var noGradient = no_grad();
        var gradient = zeros_like(parameter).DetachFromDisposeScope();
        parameter.grad = gradient;
        return new TrainableParameter(name, parameter, gradient);
    }
}
