using Llava.Model.Configuration;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Layers;

/// <summary>An affine map. Its parameters are left unset: a checkpoint fills them.</summary>
sealed class DenseLayer : Module
{
    public readonly Parameter weight;
    public readonly Parameter? bias;
    LowRankAdapter? _adapter;
    PackedWeight? _packed;

    public DenseLayer(int inputSize, int outputSize, bool useBias, Placement placement) : base(nameof(DenseLayer))
    {
        weight = placement.NewParameter(outputSize, inputSize);
        bias = useBias ? placement.NewParameter(outputSize) : null;
        RegisterComponents();
    }

    /// <summary>Lets the layer learn by a correction of its weight alone.</summary>
    public void Adapt(PeftConfig config, Placement placement)
    {
        _adapter = new LowRankAdapter((int)weight.shape[1], (int)weight.shape[0], config, placement);
        register_module("lora", _adapter);
    }

    /// <summary>Faster from now on, but without gradients and without its parameters.</summary>
    public void Pack() => register_module("packed", _packed = PackedWeight.Take(this));

    public Tensor Forward(Tensor x)
    {
        if (_packed is not null)
            return _packed.Multiply(x);
        var y = functional.linear(x, weight.In(x.dtype), bias?.In(x.dtype));
        return _adapter is null ? y : y.PlusInPlace(_adapter.Forward(x));
    }
}
