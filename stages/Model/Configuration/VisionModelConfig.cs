using Llava.Contracts.Configuration;

namespace Llava.Model.Configuration;

/// <summary>The <c>image_model</c> section: CLIP's vision transformer under ModelZoo's names (vision_transformer/config.py).</summary>
public sealed record VisionModelConfig : IValidatedConfig
{
    [OneOf("ViTModel")]
    public required string Name { get; init; }

    [Bounds(1)]
    public required int HiddenSize { get; init; }

    [Bounds(1)]
    public required int NumHiddenLayers { get; init; }

    [Bounds(1)]
    public required int NumHeads { get; init; }

    /// <summary>Width inside the feed-forward layers.</summary>
    [Bounds(1)]
    public required int FilterSize { get; init; }

    /// <summary>Height and width, pixels.</summary>
    [Bounds(1)]
    public required IReadOnlyList<int> ImageSize { get; init; }

    /// <summary>Height and width, pixels.</summary>
    [Bounds(1)]
    public required IReadOnlyList<int> PatchSize { get; init; }

    [Bounds(1)]
    public int NumChannels { get; init; } = 3;

    [OneOf("gelu", "quick_gelu")]
    public string Nonlinearity { get; init; } = "gelu";

    [Bounds(0, 1)]
    public double LayerNormEpsilon { get; init; } = 1e-5;

    [Bounds(0), WithoutEffect("weights come from a checkpoint")]
    public double InitializerRange { get; init; } = 0.02;

    [OneOf("learned")]
    public string PositionEmbeddingType { get; init; } = "learned";

    [OneOf("aiayn_attention")]
    public string AttentionModule { get; init; } = "aiayn_attention";

    [OneOf("scaled_dot_product")]
    public string AttentionType { get; init; } = "scaled_dot_product";

    [ConfigKey("attention_softmax_fp32"), WithoutEffect("attention always normalises in at least float32")]
    public bool AttentionSoftmaxFloat32 { get; init; } = true;

    [Bounds(0, 0)]
    public double DropoutRate { get; init; }

    [Bounds(0, 0)]
    public double EmbeddingDropoutRate { get; init; }

    [Bounds(0, 0)]
    public double AttentionDropoutRate { get; init; }

    public bool NormFirst { get; init; } = true;

    public bool PrependClsToken { get; init; } = true;

    public bool UseConvPatchifiedEmbedding { get; init; }

    public bool UseEmbedProjBias { get; init; } = true;

    public bool UseEncoderPoolerLayer { get; init; }

    [WithoutEffect("the pooler is refused")]
    public string? PoolerNonlinearity { get; init; }

    public bool UseFfnBias { get; init; } = true;

    public bool UseFfnBiasInAttention { get; init; } = true;

    public bool UseProjectionBiasInAttention { get; init; } = true;

    public bool UsePostEmbedLayerNorm { get; init; }

    public bool UseFinalLayerNorm { get; init; } = true;

    public int HeadSize => HiddenSize / NumHeads;

    public int PatchCount => ImageSize[0] / PatchSize[0] * (ImageSize[1] / PatchSize[1]);

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (ImageSize.Count != 2)
            yield return ("image_size", "must be [height, width]");
        if (PatchSize.Count != 2)
            yield return ("patch_size", "must be [height, width]");
        if (ImageSize.Count == 2 && PatchSize.Count == 2 && (ImageSize[0] % PatchSize[0] != 0 || ImageSize[1] % PatchSize[1] != 0))
            yield return ("image_size", "must be a multiple of patch_size");
        if (HiddenSize % NumHeads != 0)
            yield return ("num_heads", $"is {NumHeads}, which does not divide hidden_size {HiddenSize}");
        foreach (var problem in UnsupportedSwitches())
            yield return problem;
    }

    IEnumerable<(string Key, string Message)> UnsupportedSwitches()
    {
        if (!NormFirst)
            yield return ("norm_first", "must be true; post-norm blocks are not supported");
        if (!PrependClsToken)
            yield return ("prepend_cls_token", "must be true; a tower without class token is not supported");
        if (!UseConvPatchifiedEmbedding)
            yield return ("use_conv_patchified_embedding", "must be true; CLIP cuts its patches with a convolution");
        if (UseEncoderPoolerLayer)
            yield return ("use_encoder_pooler_layer", "must be false; the features come from a block, not from a pooler");
    }
}
