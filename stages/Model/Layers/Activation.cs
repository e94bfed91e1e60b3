using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Model.Layers;

/// <summary>The non-linear functions of the checkpoints' configs.</summary>
enum Activation
{
    None,

    /// <summary>With the error function, not its tanh approximation.</summary>
    Gelu,

    /// <summary><c>x * sigmoid(1.702 x)</c>, CLIP's.</summary>
    QuickGelu,
}

static class ActivationFunctions
{
    // A Scalar made on the fly can be finalised during the native call that reads it.
    static readonly Scalar QuickGeluSlope = 1.702;

    public static Activation Parse(string? name) => name switch
    {
        null => Activation.None,
        "gelu" => Activation.Gelu,
        "quick_gelu" => Activation.QuickGelu,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "the config lets no other name through"),
    };

    public static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.Gelu => x.gelu(),
        Activation.QuickGelu => QuickGelu(x),
        _ => x,
    };

    static Tensor QuickGelu(Tensor x)
    {
        using var steep = x.mul(QuickGeluSlope);
        using var gate = steep.sigmoid();
        return x.mul(gate);
    }
}
