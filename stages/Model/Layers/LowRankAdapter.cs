using Llava.Model.Configuration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Layers;

/// <summary>
/// The correction that a linear layer learns (LoRA; Hu et al. 2021, section 4.1): starts at nothing, as <c>B</c> is zero. Kept in at least
/// float32 whatever is computed in.
/// </summary>
sealed class LowRankAdapter : Module
{
    /// <summary>In the names of its parameters, and in no other's.</summary>
    public const string NamePart = ".lora.";

    const string ScalingName = NamePart + nameof(scaling);

    public readonly Parameter A;
    public readonly Parameter B;

    /// <summary>alpha / rank: kept with the weights, so that a checkpoint can be merged without its yaml.</summary>
    public readonly Parameter scaling;

    readonly double _dropout;

    public LowRankAdapter(int inputSize, int outputSize, PeftConfig config, Placement placement) : base(nameof(LowRankAdapter))
    {
        _dropout = config.Dropout;
        // No checkpoint sets them at the start: what stands here now is what training begins with.
        var precise = placement with { ElementType = placement.ElementType == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32 };
        A = precise.NewParameter(config.Rank, inputSize);
        B = precise.NewParameter(outputSize, config.Rank);
        scaling = precise.NewParameter(1);
        RegisterComponents();
        using var noGradient = no_grad();
        init.kaiming_uniform_(A, a: Math.Sqrt(5));
        B.zero_();
        using Scalar scale = config.Alpha / config.Rank;
        scaling.fill_(scale);
    }

    public static bool IsPartOf(string parameterName) => parameterName.Contains(NamePart, StringComparison.Ordinal);

    /// <summary>With adapters, the language model trains nothing else.</summary>
    public static bool StandsStill(string parameterName) =>
        parameterName.EndsWith(ScalingName, StringComparison.Ordinal) || (parameterName.StartsWith("text_model.", StringComparison.Ordinal) && !IsPartOf(parameterName));

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var input = _dropout > 0 && training ? functional.dropout(x, _dropout) : x;
        var low = functional.linear(input, A.In(x.dtype));
        return scope.MoveToOuter(functional.linear(low, B.In(x.dtype)).mul(scaling.In(x.dtype)));
    }
}
