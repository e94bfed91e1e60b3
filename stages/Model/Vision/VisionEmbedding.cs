using Llava.Model.Configuration;
using Llava.Model.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Vision;

/// <summary>Cuts a picture into patches, maps each to a vector, puts the class token in front and adds positions.</summary>
sealed class VisionEmbedding : Module
{
    public readonly Parameter cls_embedding;
    public readonly PatchProjection linear_proj;
    public readonly PositionTable position_embeddings;
    public readonly LayerNormalization? post_embed_ln;
    readonly int _patchCount;

    public VisionEmbedding(VisionModelConfig config, Placement placement) : base(nameof(VisionEmbedding))
    {
        _patchCount = config.PatchCount;
        cls_embedding = placement.NewParameter(config.HiddenSize);
        linear_proj = new(config, placement);
        position_embeddings = new(_patchCount + 1, config.HiddenSize, placement);
        post_embed_ln = config.UsePostEmbedLayerNorm ? new(config.HiddenSize, config.LayerNormEpsilon, placement) : null;
        RegisterComponents();
    }

    // B pictures, C channels, Y height, X width, P patches, T = P + 1 tokens, D hidden size.
    public Tensor Forward(Tensor image_BCYX)
    {
        using var scope = NewDisposeScope();
        var patches_BPD = linear_proj.Forward(image_BCYX);
        var class_B1D = cls_embedding.In(patches_BPD.dtype).expand(image_BCYX.shape[0], 1, -1);
        // The checkpoint keeps the class token's position last, though the token stands first.
        var positions_TD = position_embeddings.weight.In(patches_BPD.dtype).roll(1, 0);
        var tokens_BTD = cat([class_B1D, patches_BPD], 1).Plus(positions_TD);
        return scope.MoveToOuter(post_embed_ln is null ? tokens_BTD : post_embed_ln.Forward(tokens_BTD));
    }
}
