using Llava.Model.Configuration;
using Llava.Model.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Vision;

/// <summary>Self-attention of every patch to every patch.</summary>
sealed class VisionAttention : Module
{
    public readonly DenseLayer proj_q_dense_layer;
    public readonly DenseLayer proj_k_dense_layer;
    public readonly DenseLayer proj_v_dense_layer;
    public readonly DenseLayer proj_output_dense_layer;
    readonly int _headCount;

    public VisionAttention(VisionModelConfig config, Placement placement) : base(nameof(VisionAttention))
    {
        var (size, bias) = (config.HiddenSize, config.UseProjectionBiasInAttention);
        _headCount = config.NumHeads;
        proj_q_dense_layer = new(size, size, bias, placement);
        proj_k_dense_layer = new(size, size, bias, placement);
        proj_v_dense_layer = new(size, size, bias, placement);
        proj_output_dense_layer = new(size, size, config.UseFfnBiasInAttention, placement);
        RegisterComponents();
    }

    // B rows, P tokens, D hidden size, H heads, E size of a head.
    public Tensor Forward(Tensor x_BPD)
    {
        using var scope = NewDisposeScope();
        var q_BHPE = SplitHeads(proj_q_dense_layer.Forward(x_BPD));
        var k_BHPE = SplitHeads(proj_k_dense_layer.Forward(x_BPD));
        var v_BHPE = SplitHeads(proj_v_dense_layer.Forward(x_BPD));
        var y_BHPE = functional.scaled_dot_product_attention(q_BHPE, k_BHPE, v_BHPE);
        return scope.MoveToOuter(proj_output_dense_layer.Forward(y_BHPE.transpose(1, 2).flatten(2)));
    }

    Tensor SplitHeads(Tensor x_BPD) => x_BPD.unflatten(2, [_headCount, -1]).transpose(1, 2);
}
