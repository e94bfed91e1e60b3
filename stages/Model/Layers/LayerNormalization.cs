using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Layers;

/// <summary>Ba, Kiros and Hinton 2016, over the last dimension.</summary>
sealed class LayerNormalization : Module
{
    public readonly Parameter weight;
    public readonly Parameter bias;
    readonly double _epsilon;
    readonly long[] _shape;

    public LayerNormalization(int size, double epsilon, Placement placement) : base(nameof(LayerNormalization))
    {
        _epsilon = epsilon;
        _shape = [size];
        weight = placement.NewParameter(size);
        bias = placement.NewParameter(size);
        RegisterComponents();
    }

    public Tensor Forward(Tensor x) => functional.layer_norm(x, _shape, weight.In(x.dtype), bias.In(x.dtype), _epsilon);
}
