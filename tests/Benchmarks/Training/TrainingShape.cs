namespace Llava.Benchmarks.Training;

/// <summary>The sizes of a made-up LLaVA and of its rows.</summary>
sealed record TrainingShape(string Name, int VisionWidth, int VisionLayers, int TextWidth, int TextLayers, int FeedForwardWidth, int Vocabulary)
{
    public const int Rows = 4;
    public const int RowLength = 256;
    public const int Padding = 30;
    public const int ImageStart = 35;
    public const int ImageSize = 112;
    public const int PatchSize = 14;
    public const int PatchCount = ImageSize / PatchSize * (ImageSize / PatchSize);
    public const int FirstSupervised = ImageStart + PatchCount + 20;

    /// <summary>63 million parameters, 58 of them the language model's: large enough that matrices dominate, small enough for two cores.</summary>
    public static readonly TrainingShape MidSize = new("mid-size", 256, 6, 512, 8, 1376, 32000);

    /// <summary>For many steps in little time.</summary>
    public static readonly TrainingShape Small = new("small", 64, 2, 64, 2, 160, 2000);

    public string Yaml(string folder, int phase, bool isMixed, string activationCheckpointing, int steps, int checkpointSteps) => $$"""
        train_input:
          data_processor: LlavaHDF5MapDataProcessor
          data_dir: {{folder}}/data
          img_data_dir: {{folder}}/images
          image_data_size: [3, {{ImageSize}}, {{ImageSize}}]
          transforms:
            - {name: expand_to_square, background_color: [122, 116, 104]}
            - {name: resize, size: {{ImageSize}}, interpolation: bicubic}
            - {name: center_crop, size: {{ImageSize}}}
            - {name: to_tensor}
            - {name: normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
          shuffle: true
          shuffle_seed: 3
          batch_size: {{Rows}}
          num_workers: 1
        model:
          mixed_precision: {{(isMixed ? "true" : "false")}}
          image_model: {name: ViTModel, position_embedding_type: learned, hidden_size: {{VisionWidth}}, num_hidden_layers: {{VisionLayers}}, num_heads: 4, filter_size: {{4 * VisionWidth}}, dropout_rate: 0.0, nonlinearity: quick_gelu, use_post_embed_layer_norm: true, use_embed_proj_bias: false, image_size: [{{ImageSize}}, {{ImageSize}}], patch_size: [{{PatchSize}}, {{PatchSize}}], num_channels: 3, use_encoder_pooler_layer: false, prepend_cls_token: true, use_projection_bias_in_attention: true, use_ffn_bias_in_attention: true, use_ffn_bias: true, norm_first: true, use_conv_patchified_embedding: true, layer_norm_epsilon: 1.0e-5}
          text_model: {name: LlamaModel, vocab_size: {{Vocabulary}}, hidden_size: {{TextWidth}}, num_hidden_layers: {{TextLayers}}, num_heads: 8, filter_size: {{FeedForwardWidth}}, max_position_embeddings: {{RowLength}}, rotary_dim: {{TextWidth / 8}}, position_embedding_type: rotary, norm_type: rmsnorm, nonlinearity: swiglu, dropout_rate: 0.0, share_embedding_weights: false, use_projection_bias_in_attention: false, use_ffn_bias_in_attention: false, use_ffn_bias: false}
          projector:
            image_model: {name: FeedForwardNetwork, input_unit: {{VisionWidth}}, layers_units: [{{TextWidth}}, {{TextWidth}}], layers_activation: [gelu, null], use_bias: true}
          freeze: [{{(phase == 1 ? "'^image_model', '^text_model'" : "'^image_model'")}}]
          image_start_idx: {{ImageStart}}
          image_feature_select_layer_idx: -2
        optimizer: {optimizer_type: AdamW, eps: 1.0e-8, max_gradient_norm: 1.0, learning_rate: 0.0001}
        runconfig: {max_steps: {{steps}}, checkpoint_steps: {{checkpointSteps}}, max_checkpoints: 1, activation_checkpointing: {{activationCheckpointing}}}
        """;
}
