using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Llava.Model.Layers;

/// <summary>Where a model's parameters live and in which number format.</summary>
sealed record Placement(Device Device, ScalarType ElementType)
{
    /// <summary>Lives as long as its module, whatever dispose scope is open.</summary>
    public Parameter NewParameter(params ReadOnlySpan<long> shape)
    {
        var parameter = new Parameter(empty(shape.ToArray(), ElementType, Device));
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
