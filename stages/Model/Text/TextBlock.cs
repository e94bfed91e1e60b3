using Llava.Model.Configuration;
using Llava.Model.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Text;

/// <summary>A Llama block (Touvron et al. 2023).</summary>
sealed class TextBlock : Module
{
    public readonly TextAttention self_attn;
    public readonly RmsNormalization norm1;
    public readonly RmsNormalization norm3;
    public readonly GatedFeedForward ffn;

    public TextBlock(TextModelConfig config, int layer, Placement placement) : base(nameof(TextBlock))
    {
        self_attn = new(config, layer, placement);
        norm1 = new(config.HiddenSize, config.LayerNormEpsilon, placement);
        norm3 = new(config.HiddenSize, config.LayerNormEpsilon, placement);
        ffn = new(config, placement);
        RegisterComponents();
    }

    /// <summary>As <see cref="DenseLayer.Pack"/>.</summary>
    public void Pack()
    {
        self_attn.Pack();
        ffn.Pack();
    }

    // B rows, S positions, D hidden size.
    public Tensor Forward(Tensor h_BSD, TextPass pass)
    {
        using var scope = NewDisposeScope();
        var attended_BSD = h_BSD.Plus(self_attn.Forward(norm1.Forward(h_BSD), pass));
        return scope.MoveToOuter(attended_BSD.Plus(ffn.Forward(norm3.Forward(attended_BSD))));
    }
}
