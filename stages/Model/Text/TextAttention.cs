using Llava.Model.Configuration;
using Llava.Model.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Text;

/// <summary>Causal self-attention with rotary positions; groups of query heads may share a key and value head.</summary>
sealed class TextAttention : Module
{
    public readonly DenseLayer proj_q_dense_layer;
    public readonly DenseLayer proj_k_dense_layer;
    public readonly DenseLayer proj_v_dense_layer;
    public readonly DenseLayer proj_output_dense_layer;
    readonly int _layer, _headSize, _queriesPerKey;

    public TextAttention(TextModelConfig config, int layer, Placement placement) : base(nameof(TextAttention))
    {
        (_layer, _headSize, _queriesPerKey) = (layer, config.HeadSize, config.NumHeads / config.KeyValueHeads);
        var (size, sharedSize, bias) = (config.HiddenSize, config.KeyValueHeads * config.HeadSize, config.UseProjectionBiasInAttention);
        proj_q_dense_layer = new(size, size, bias, placement);
        proj_k_dense_layer = new(size, sharedSize, bias, placement);
        proj_v_dense_layer = new(size, sharedSize, bias, placement);
        proj_output_dense_layer = new(size, size, config.UseFfnBiasInAttention, placement);
        RegisterComponents();
    }

    // B rows, S new positions, K positions with the cached ones, D hidden size, H query heads, G key heads, E size of a head, R rotated numbers of it.
    public Tensor Forward(Tensor x_BSD, TextPass pass)
    {
        using var scope = NewDisposeScope();
        var q_BHSE = Turn(SplitHeads(proj_q_dense_layer.Forward(x_BSD)), pass).transpose(1, 2);
        var k_BGSE = Turn(SplitHeads(proj_k_dense_layer.Forward(x_BSD)), pass).transpose(1, 2);
        var v_BGSE = SplitHeads(proj_v_dense_layer.Forward(x_BSD)).transpose(1, 2);
        var (k_BGKE, v_BGKE) = pass.Cache is null ? (k_BGSE, v_BGSE) : pass.Cache.Append(_layer, k_BGSE, v_BGSE);
        var y_BHSE = functional.scaled_dot_product_attention(
            q_BHSE, ShareAmongQueries(k_BGKE), ShareAmongQueries(v_BGKE), pass.Mask.Additive_B1SK, is_casual: pass.Mask.IsCausal);
        return scope.MoveToOuter(proj_output_dense_layer.Forward(y_BHSE.transpose(1, 2).flatten(2)));
    }

    Tensor SplitHeads(Tensor x_BSD) => x_BSD.unflatten(2, [-1, _headSize]);

    Tensor ShareAmongQueries(Tensor x_BGKE) => _queriesPerKey == 1
        ? x_BGKE
        : x_BGKE.unsqueeze(2).expand(-1, -1, _queriesPerKey, -1, -1).flatten(1, 2);

    Tensor Turn(Tensor x_BSHE, TextPass pass)
    {
        if (pass.RotarySize == _headSize)
            return Rotate(x_BSHE, pass.Turns_BS1R);
        var turned_BSHR = Rotate(x_BSHE.narrow(3, 0, pass.RotarySize), pass.Turns_BS1R);
        return cat([turned_BSHR, x_BSHE.narrow(3, pass.RotarySize, _headSize - pass.RotarySize)], 3);
    }

    static Tensor Rotate(Tensor x_BSHR, Tensor turns_BS1R)
    {
        var pairs = x_BSHR.to(ScalarType.Float32).unflatten(3, [-1, 2]);
        return view_as_real(view_as_complex(pairs.contiguous()).mul(turns_BS1R)).flatten(3).to(x_BSHR.dtype);
    }
}
