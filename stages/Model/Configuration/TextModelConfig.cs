using Llava.Contracts.Configuration;

namespace Llava.Model.Configuration;

/// <summary>
/// The <c>text_model</c> section: a Llama decoder under ModelZoo's names (nlp/gpt2/config.py). Keys of that class that only
/// other decoders need are unknown here; those below that a Llama fixes must have Llama's value.
/// </summary>
public sealed record TextModelConfig : IValidatedConfig
{
    [OneOf("LlamaModel")]
    public required string Name { get; init; }

    [Bounds(1)]
    public required int VocabSize { get; init; }

    [Bounds(1)]
    public required int HiddenSize { get; init; }

    [Bounds(1)]
    public required int NumHiddenLayers { get; init; }

    [Bounds(1)]
    public required int NumHeads { get; init; }

    /// <summary>Width inside the feed-forward layers.</summary>
    [Bounds(1)]
    public required int FilterSize { get; init; }

    /// <summary>The longest sequence, tokens.</summary>
    [Bounds(1)]
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>How many numbers of a head are rotated; a quarter of them when absent.</summary>
    [Bounds(2)]
    public int? RotaryDim { get; init; }

    [Bounds(1)]
    public double RopeTheta { get; init; } = 10000;

    /// <summary>How much longer sequences are than those of the pre-training; what is done about it is <see cref="PosScalingType"/>.</summary>
    [Bounds(1e-6)]
    public double PosScalingFactor { get; init; } = 1.0;

    /// <summary>
    /// <c>linear</c> divides positions (Chen et al. 2023), <c>yarn</c> divides low frequencies alone and sharpens attention (Peng et al. 2023),
    /// <c>llama3</c> divides long wavelengths alone (Dubey et al. 2024).
    /// </summary>
    [OneOf("linear", "yarn", "YaRN", "llama3")]
    public string PosScalingType { get; init; } = "linear";

    public RotaryScalingConfig PosScalingExtraArgs { get; init; } = new();

    [OneOf("aiayn_attention", "multiquery_attention")]
    public string AttentionModule { get; init; } = "aiayn_attention";

    public ExtraAttentionConfig ExtraAttentionParams { get; init; } = new();

    [Bounds(0, 1)]
    public double LayerNormEpsilon { get; init; } = 1e-5;

    [Bounds(0), WithoutEffect("weights come from a checkpoint")]
    public double InitializerRange { get; init; } = 0.02;

    public bool ShareEmbeddingWeights { get; init; } = true;

    [OneOf("rotary")]
    public required string PositionEmbeddingType { get; init; }

    [OneOf("rmsnorm")]
    public required string NormType { get; init; }

    [OneOf("swiglu")]
    public required string Nonlinearity { get; init; }

    [OneOf("scaled_dot_product")]
    public string AttentionType { get; init; } = "scaled_dot_product";

    [ConfigKey("attention_softmax_fp32"), WithoutEffect("attention always normalises in at least float32")]
    public bool AttentionSoftmaxFloat32 { get; init; } = true;

    /// <summary>ModelZoo drops 10 % where the key is absent; say 0.0.</summary>
    [Bounds(0, 0)]
    public required double DropoutRate { get; init; }

    /// <summary>Follows <see cref="DropoutRate"/> where absent.</summary>
    [Bounds(0, 0)]
    public double? AttentionDropoutRate { get; init; }

    /// <summary>Follows <see cref="DropoutRate"/> where absent.</summary>
    [Bounds(0, 0)]
    public double? EmbeddingDropoutRate { get; init; }

    /// <summary>The older name of <see cref="EmbeddingDropoutRate"/>.</summary>
    [ConfigKey("embd_pdrop"), Bounds(0, 0)]
    public double? EmbeddingDropoutRateByOlderName { get; init; }

    public bool UseProjectionBiasInAttention { get; init; } = true;

    public bool UseFfnBiasInAttention { get; init; } = true;

    public bool UseFfnBias { get; init; } = true;

    public bool UseBiasInOutput { get; init; }

    public bool EmbeddingLayerNorm { get; init; }

    public bool NormFirst { get; init; } = true;

    [ConfigKey("use_ff_layer1_dropout")]
    public bool UseFeedForwardLayerOneDropout { get; init; }

    public int HeadSize => HiddenSize / NumHeads;

    /// <summary>Heads that keys and values have; fewer than <see cref="NumHeads"/> under grouped queries.</summary>
    public int KeyValueHeads => AttentionModule == "multiquery_attention" ? ExtraAttentionParams.NumKvGroups ?? 1 : NumHeads;

    public int RotarySize => RotaryDim ?? HeadSize / 4;

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (HiddenSize % NumHeads != 0)
            yield return ("num_heads", $"is {NumHeads}, which does not divide hidden_size {HiddenSize}");
        if (RotarySize > HeadSize || RotarySize % 2 != 0)
            yield return ("rotary_dim", $"is {RotarySize}, but must be even and at most the head's size {HeadSize}");
        if (NumHeads % KeyValueHeads != 0)
            yield return ("extra_attention_params", $"has num_kv_groups {KeyValueHeads}, which does not divide num_heads {NumHeads}");
        if (AttentionModule == "multiquery_attention" && ExtraAttentionParams.NumKvGroups is null)
            yield return ("extra_attention_params", "must hold num_kv_groups where attention_module is multiquery_attention");
        if (PosScalingType is "yarn" or "YaRN" && PosScalingExtraArgs.OriginalMaxPositionEmbeddings is null)
            yield return ("pos_scaling_extra_args", "must hold original_max_position_embeddings where pos_scaling_type is yarn");
        if (EmbeddingLayerNorm)
            yield return ("embedding_layer_norm", "must be false for a Llama model");
        if (!NormFirst)
            yield return ("norm_first", "must be true for a Llama model");
        if (UseFeedForwardLayerOneDropout)
            yield return ("use_ff_layer1_dropout", "must be false; dropout is not supported");
    }
}
