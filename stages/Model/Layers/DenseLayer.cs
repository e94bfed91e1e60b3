using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Layers;

/// <summary>An affine map. Its parameters are left unset: a checkpoint fills them.</summary>
sealed class DenseLayer : Module
{
    public readonly Parameter weight;
    public readonly Parameter? bias;

    public DenseLayer(int inputSize, int outputSize, bool useBias, Placement placement) : base(nameof(DenseLayer))
    {
        weight = placement.NewParameter(outputSize, inputSize);
        bias = useBias ? placement.NewParameter(outputSize) : null;
        RegisterComponents();
    }

    public Tensor Forward(Tensor x) => functional.linear(x, weight.In(x.dtype), bias?.In(x.dtype));
}
