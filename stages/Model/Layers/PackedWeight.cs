using System.Runtime.InteropServices;
using Llava.Model.Interop;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Layers;

/// <summary>
/// Weights of layers that read the same input, one below the other, in the order in which oneDNN multiplies by them: at one row of input twice
/// as fast as plain float32 rows, at eight rows four times. Autograd does not see through it.
/// </summary>
sealed class PackedWeight : Module
{
    readonly Tensor _weight_OI;
    readonly Tensor? _bias_O;

    PackedWeight(Tensor weight_OI, Tensor? bias_O) : base(nameof(PackedWeight))
    {
        (_weight_OI, _bias_O) = (weight_OI.DetachFromDisposeScope(), bias_O?.DetachFromDisposeScope());
        register_buffer(nameof(weight_OI), _weight_OI);
        if (_bias_O is not null)
            register_buffer(nameof(bias_O), _bias_O);
    }

    /// <summary>oneDNN is in libtorch for x64 processors, and packs float32.</summary>
    public static bool CanHold(Placement placement) =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64 && placement is { Device.type: TorchSharp.DeviceType.CPU, ElementType: ScalarType.Float32 };

    /// <summary>Takes the weights over: those of the layers are empty afterwards.</summary>
    /// <param name="layers">All with a bias or all without.</param>
    public static PackedWeight Take(params ReadOnlySpan<DenseLayer> layers)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (weights, biases) = (new List<Tensor>(), new List<Tensor>());
        foreach (var layer in layers)
        {
            weights.Add(layer.weight);
            if (layer.bias is not null)
                biases.Add(layer.bias);
        }
        // Of a single tensor, cat makes no copy.
        var packed = new PackedWeight(TorchDispatcher.PackLinearWeight(cat(weights, 0)), biases.Count == 0 ? null : cat(biases, 0).clone());
        foreach (var parameter in weights.Concat(biases))
            TorchDispatcher.SetData(parameter, empty(0));
        return packed;
    }

    /// <summary>... x I to ... x O: what the layers would give, side by side.</summary>
    public Tensor Multiply(Tensor x) => TorchDispatcher.PackedLinear(x, _weight_OI, _bias_O);
}
