using Llava.Model.Configuration;
using Llava.Model.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Vision;

/// <summary>A pre-norm transformer block.</summary>
sealed class VisionBlock : Module
{
    public readonly VisionAttention self_attn;
    public readonly LayerNormalization norm1;
    public readonly LayerNormalization norm2;
    public readonly FeedForwardNetwork ffn;

    public VisionBlock(VisionModelConfig config, Placement placement) : base(nameof(VisionBlock))
    {
        self_attn = new(config, placement);
        norm1 = new(config.HiddenSize, config.LayerNormEpsilon, placement);
        norm2 = new(config.HiddenSize, config.LayerNormEpsilon, placement);
        ffn = new(config.HiddenSize, [config.FilterSize, config.HiddenSize], [ActivationFunctions.Parse(config.Nonlinearity), Activation.None], config.UseFfnBias, placement);
        RegisterComponents();
    }

    // B rows, P tokens, D hidden size.
    public Tensor Forward(Tensor h_BPD)
    {
        using var scope = NewDisposeScope();
        var attended_BPD = h_BPD.Plus(self_attn.Forward(norm1.Forward(h_BPD)));
        return scope.MoveToOuter(attended_BPD.Plus(ffn.Forward(norm2.Forward(attended_BPD))));
    }
}
