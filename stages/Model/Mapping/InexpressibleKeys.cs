using Llava.Model.Configuration;

namespace Llava.Model.Mapping;

/// <summary>What ModelZoo's yaml can say and the Hugging Face classes cannot compute.</summary>
static class InexpressibleKeys
{
    public static IEnumerable<(string Key, string Message)> Of(LlavaModelConfig config) => All(config).Where(rule => rule.Wrong).Select(rule => (rule.Key, rule.Message));

    static IEnumerable<(bool Wrong, string Key, string Message)> All(LlavaModelConfig config) => [.. Vision(config.ImageModel), .. Text(config.TextModel), .. Projector(config)];

    static IEnumerable<(bool Wrong, string Key, string Message)> Vision(VisionModelConfig vision) =>
    [
        (vision.ImageSize[0] != vision.ImageSize[1], "image_model.image_size", "must be square for CLIP"),
        (vision.PatchSize[0] != vision.PatchSize[1], "image_model.patch_size", "must be square for CLIP"),
        (vision.UseEmbedProjBias, "image_model.use_embed_proj_bias", "must be false for CLIP"),
        (!vision.UsePostEmbedLayerNorm, "image_model.use_post_embed_layer_norm", "must be true for CLIP"),
        (!vision.UseProjectionBiasInAttention, "image_model.use_projection_bias_in_attention", "must be true for CLIP"),
        (!vision.UseFfnBiasInAttention, "image_model.use_ffn_bias_in_attention", "must be true for CLIP"),
        (!vision.UseFfnBias, "image_model.use_ffn_bias", "must be true for CLIP"),
        (!vision.UseFinalLayerNorm, "image_model.use_final_layer_norm", "must be true for CLIP"),
    ];

    static IEnumerable<(bool Wrong, string Key, string Message)> Text(TextModelConfig text) =>
    [
        (text.ShareEmbeddingWeights, "text_model.share_embedding_weights", "must be false for LLaVA"),
        (text.UseProjectionBiasInAttention, "text_model.use_projection_bias_in_attention", "must be false for Llama"),
        (text.UseFfnBiasInAttention, "text_model.use_ffn_bias_in_attention", "must be false for Llama"),
        (text.UseFfnBias, "text_model.use_ffn_bias", "must be false for Llama"),
        (text.UseBiasInOutput, "text_model.use_bias_in_output", "must be false for Llama"),
        (text.PosScalingType != "linear", "text_model.pos_scaling_type", "must be linear for LLaVA"),
        (text.RotarySize != text.HeadSize, "text_model.rotary_dim", $"must be {text.HeadSize}, hidden_size / num_heads, for Llama"),
    ];

    static IEnumerable<(bool Wrong, string Key, string Message)> Projector(LlavaModelConfig config)
    {
        if (config.Projector?.ImageModel is not { } projector)
            return [(true, "projector", "is required: LLaVA has a projector of linear layers")];
        return
        [
            (!projector.UseBias, "projector.image_model.use_bias", "must be true for LLaVA"),
            (projector.LayersUnits.Any(units => units != config.TextModel.HiddenSize),
                "projector.image_model.layers_units", $"must all be {config.TextModel.HiddenSize}, the width of the language model, for LLaVA"),
            (!projector.LayersActivation.SequenceEqual([.. Enumerable.Repeat<string?>("gelu", projector.LayersUnits.Count - 1), null]),
                "projector.image_model.layers_activation", "must be gelu between the layers and null after the last for LLaVA"),
        ];
    }
}
