using System.Globalization;
using Llava.Model.Configuration;

namespace Llava.Conversion.Formats;

/// <summary>The yaml of a converted checkpoint: the <c>model</c> section with ModelZoo's keys in ordinal order.</summary>
static class ModelYaml
{
    public static string Write(LlavaModelConfig config) => FormattableString.Invariant(
        $"""
        model:
            freeze:
        {Items(config.Freeze, 4)}
            image_feature_select_layer_idx: {config.ImageFeatureSelectLayerIdx}
            image_feature_select_mode: {config.ImageFeatureSelectMode}
            image_model:
        {ImageModel(config.ImageModel)}
            image_start_idx: {config.ImageStartIdx}
            label_smoothing: {Number(config.LabelSmoothing)}
            loss_scaling: {config.LossScaling}
            loss_weight: {Number(config.LossWeight)}
            mixed_precision: {Boolean(config.MixedPrecision)}
            projector:
                image_model:
        {Projector(config.Projector!.ImageModel!)}
            text_model:
        {TextModel(config.TextModel)}
            z_loss_eps: {Number(config.ZLossEpsilon)}

        """);

    static string ImageModel(VisionModelConfig vision) => FormattableString.Invariant(
        $"""
                attention_dropout_rate: {Number(vision.AttentionDropoutRate)}
                attention_type: {vision.AttentionType}
                dropout_rate: {Number(vision.DropoutRate)}
                filter_size: {vision.FilterSize}
                hidden_size: {vision.HiddenSize}
                image_size:
        {Items(vision.ImageSize, 8)}
                initializer_range: {Number(vision.InitializerRange)}
                layer_norm_epsilon: {Number(vision.LayerNormEpsilon)}
                name: {vision.Name}
                nonlinearity: {vision.Nonlinearity}
                norm_first: {Boolean(vision.NormFirst)}
                num_channels: {vision.NumChannels}
                num_heads: {vision.NumHeads}
                num_hidden_layers: {vision.NumHiddenLayers}
                patch_size:
        {Items(vision.PatchSize, 8)}
                position_embedding_type: {vision.PositionEmbeddingType}
                prepend_cls_token: {Boolean(vision.PrependClsToken)}
                use_conv_patchified_embedding: {Boolean(vision.UseConvPatchifiedEmbedding)}
                use_embed_proj_bias: {Boolean(vision.UseEmbedProjBias)}
                use_encoder_pooler_layer: {Boolean(vision.UseEncoderPoolerLayer)}
                use_ffn_bias: {Boolean(vision.UseFfnBias)}
                use_ffn_bias_in_attention: {Boolean(vision.UseFfnBiasInAttention)}
                use_post_embed_layer_norm: {Boolean(vision.UsePostEmbedLayerNorm)}
                use_projection_bias_in_attention: {Boolean(vision.UseProjectionBiasInAttention)}
        """);

    static string Projector(ProjectorConfig projector) => FormattableString.Invariant(
        $"""
                    input_unit: {projector.InputUnit}
                    layers_activation:
        {Items(projector.LayersActivation, 12)}
                    layers_units:
        {Items(projector.LayersUnits, 12)}
                    name: {projector.Name}
                    use_bias: {Boolean(projector.UseBias)}
        """);

    static string TextModel(TextModelConfig text) => FormattableString.Invariant(
        $"""
                attention_dropout_rate: {Number(text.AttentionDropoutRate ?? text.DropoutRate)}
                attention_module: {text.AttentionModule}
                attention_type: {text.AttentionType}
                dropout_rate: {Number(text.DropoutRate)}
                embedding_dropout_rate: {Number(text.EmbeddingDropoutRate ?? text.DropoutRate)}
                embedding_layer_norm: {Boolean(text.EmbeddingLayerNorm)}
        {KeyValueGroups(text)}        filter_size: {text.FilterSize}
                hidden_size: {text.HiddenSize}
                initializer_range: {Number(text.InitializerRange)}
                layer_norm_epsilon: {Number(text.LayerNormEpsilon)}
                max_position_embeddings: {text.MaxPositionEmbeddings}
                name: {text.Name}
                nonlinearity: {text.Nonlinearity}
                norm_first: {Boolean(text.NormFirst)}
                norm_type: {text.NormType}
                num_heads: {text.NumHeads}
                num_hidden_layers: {text.NumHiddenLayers}
                pos_scaling_factor: {Number(text.PosScalingFactor)}
                position_embedding_type: {text.PositionEmbeddingType}
        {RopeTheta(text)}        rotary_dim: {text.RotarySize}
                share_embedding_weights: {Boolean(text.ShareEmbeddingWeights)}
                use_bias_in_output: {Boolean(text.UseBiasInOutput)}
                use_ff_layer1_dropout: {Boolean(text.UseFeedForwardLayerOneDropout)}
                use_ffn_bias: {Boolean(text.UseFfnBias)}
                use_ffn_bias_in_attention: {Boolean(text.UseFfnBiasInAttention)}
                use_projection_bias_in_attention: {Boolean(text.UseProjectionBiasInAttention)}
                vocab_size: {text.VocabSize}
        """);

    static string KeyValueGroups(TextModelConfig text) => text.ExtraAttentionParams.NumKvGroups is { } groups
        ? FormattableString.Invariant($"        extra_attention_params:\n            num_kv_groups: {groups}\n")
        : "";

    // The default is left out: ModelZoo 2.3's own trainer takes it as 10000 too.
    static string RopeTheta(TextModelConfig text) => text.RopeTheta == 10000 ? "" : $"        rope_theta: {Number(text.RopeTheta)}\n";

    static string Items<T>(IEnumerable<T> items, int indent) =>
        string.Join('\n', items.Select(item => FormattableString.Invariant($"{new string(' ', indent)}- {(object?)item ?? "null"}")));

    static string Boolean(bool value) => value ? "true" : "false";

    // 1.0e-05: PyYAML takes an exponent for a number only with a point before it.
    static string Number(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);
        if (text.Contains('.', StringComparison.Ordinal))
            return text;
        var exponent = text.IndexOf('e', StringComparison.Ordinal);
        return exponent < 0 ? text + ".0" : text.Insert(exponent, ".0");
    }
}
