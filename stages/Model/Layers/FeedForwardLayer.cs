using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Layers;

/// <summary>One linear layer and what follows it.</summary>
sealed class FeedForwardLayer : Module
{
    public readonly DenseLayer linear_layer;
    readonly Activation _activation;

    public FeedForwardLayer(int inputSize, int outputSize, Activation activation, bool useBias, Placement placement) : base(nameof(FeedForwardLayer))
    {
        _activation = activation;
        linear_layer = new(inputSize, outputSize, useBias, placement);
        RegisterComponents();
    }

    public Tensor Forward(Tensor x)
    {
        var y = linear_layer.Forward(x);
        return _activation == Activation.None ? y : _activation.Apply(y);
    }
}
