using Llava.Model.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Llava.Model.Vision;

/// <summary>A learned vector for every position.</summary>
sealed class PositionTable : Module
{
    public readonly Parameter weight;

    public PositionTable(int count, int size, Placement placement) : base(nameof(PositionTable))
    {
        weight = placement.NewParameter(count, size);
        RegisterComponents();
    }
}
