using Llava.Model.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Layers;

/// <summary>Zhang and Sennrich 2019, over the last dimension.</summary>
sealed class RmsNormalization : Module
{
    public readonly Parameter weight;
    readonly double _epsilon;

    public RmsNormalization(int size, double epsilon, Placement placement) : base(nameof(RmsNormalization))
    {
        _epsilon = epsilon;
        weight = placement.NewParameter(size);
        RegisterComponents();
    }

    public Tensor Forward(Tensor x) => TorchDispatcher.RmsNorm(x, weight.In(x.dtype), _epsilon);
}
