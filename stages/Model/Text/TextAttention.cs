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
    readonly int _layer, _headSize, _queryHeads, _keyHeads;
    PackedWeight? _packed;

    public TextAttention(TextModelConfig config, int layer, Placement placement) : base(nameof(TextAttention))
    {
        (_layer, _headSize, _queryHeads, _keyHeads) = (layer, config.HeadSize, config.NumHeads, config.KeyValueHeads);
        var (size, sharedSize, bias) = (config.HiddenSize, config.KeyValueHeads * config.HeadSize, config.UseProjectionBiasInAttention);
        proj_q_dense_layer = new(size, size, bias, placement);
        proj_k_dense_layer = new(size, sharedSize, bias, placement);
        proj_v_dense_layer = new(size, sharedSize, bias, placement);
        proj_output_dense_layer = new(size, size, config.UseFfnBiasInAttention, placement);
        RegisterComponents();
    }

    /// <summary>As <see cref="DenseLayer.Pack"/>.</summary>
    public void Pack()
    {
        register_module("packed", _packed = PackedWeight.Take(proj_q_dense_layer, proj_k_dense_layer, proj_v_dense_layer));
        proj_output_dense_layer.Pack();
    }

    // B rows, S new positions, K positions with the cached ones, D hidden size, H query heads, G key heads, E size of a head, R rotated numbers of it.
    public Tensor Forward(Tensor x_BSD, TextPass pass)
    {
        using var scope = NewDisposeScope();
        var (q_BSHE, k_BSGE, v_BSGE) = Project(x_BSD, pass);
        var (q_BHSE, k_BGSE, v_BGSE) = (q_BSHE.transpose(1, 2), k_BSGE.transpose(1, 2), v_BSGE.transpose(1, 2));
        var (k_BGKE, v_BGKE) = pass.Cache is null ? (k_BGSE, v_BGSE) : pass.Cache.Append(_layer, k_BGSE, v_BGSE);
        var y_BHSE = functional.scaled_dot_product_attention(
            q_BHSE, ShareAmongQueries(k_BGKE), ShareAmongQueries(v_BGKE), pass.Mask.Additive_B1SK, is_casual: pass.Mask.IsCausal);
        return scope.MoveToOuter(proj_output_dense_layer.Forward(y_BHSE.transpose(1, 2).flatten(2)));
    }

    /// <returns>Queries and keys turned by their positions, values as they are.</returns>
    (Tensor Q_BSHE, Tensor K_BSGE, Tensor V_BSGE) Project(Tensor x_BSD, TextPass pass)
    {
        if (_packed is null)
            return (Turn(SplitHeads(proj_q_dense_layer.Forward(x_BSD)), pass), Turn(SplitHeads(proj_k_dense_layer.Forward(x_BSD)), pass), SplitHeads(proj_v_dense_layer.Forward(x_BSD)));
        var all_BSNE = SplitHeads(_packed.Multiply(x_BSD));
        // Together: at one new token the number of calls is what turning takes.
        var turned_BSNE = Turn(all_BSNE.narrow(2, 0, _queryHeads + _keyHeads), pass);
        return (turned_BSNE.narrow(2, 0, _queryHeads), turned_BSNE.narrow(2, _queryHeads, _keyHeads), all_BSNE.narrow(2, _queryHeads + _keyHeads, _keyHeads));
    }

    Tensor SplitHeads(Tensor x_BSD) => x_BSD.unflatten(2, [-1, _headSize]);

    Tensor ShareAmongQueries(Tensor x_BGKE) => _queryHeads == _keyHeads
        ? x_BGKE
        : x_BGKE.unsqueeze(2).expand(-1, -1, _queryHeads / _keyHeads, -1, -1).flatten(1, 2);

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
