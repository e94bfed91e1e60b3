using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Layers;

/// <summary>Linear layers, each followed by its activation: the block's feed-forward part and the projector.</summary>
sealed class FeedForwardNetwork : Module
{
    public readonly ModuleList<FeedForwardLayer> ffn;

    public FeedForwardNetwork(int inputSize, IReadOnlyList<int> outputSizes, IReadOnlyList<Activation> activations, bool useBias, Placement placement)
        : base(nameof(FeedForwardNetwork))
    {
        ffn = new([.. outputSizes.Select((size, index) =>
            new FeedForwardLayer(index == 0 ? inputSize : outputSizes[index - 1], size, activations[index], useBias, placement))]);
        RegisterComponents();
    }

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        foreach (var layer in ffn)
            x = layer.Forward(x);
        return scope.MoveToOuter(x);
    }
}
