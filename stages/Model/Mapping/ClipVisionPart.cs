namespace Llava.Model.Mapping;

/// <summary>transformers' <c>CLIPVisionModel</c> (or the vision half of a <c>CLIPModel</c>) and ModelZoo's <c>image_model</c>.</summary>
static class ClipVisionPart
{
    const string HuggingFaceLayer = "vision_model.encoder.layers.{}.";
    const string ModelZooLayer = "image_model.encoder.transformer_encoder.layers.{}.";

    public static ModelPart Part { get; } = new(
        "CLIP vision tower",
        "vision_model.",
        [
            Once("embeddings.class_embedding", "embedding_layer.cls_embedding", Hidden),
            Once("embeddings.patch_embedding.weight", "embedding_layer.linear_proj.weight", (d, _) => [d.VisionHidden, d.Channels, d.PatchHeight, d.PatchWidth]),
            Once("embeddings.position_embedding.weight", "embedding_layer.position_embeddings.weight", (d, _) => [d.VisionPositions, d.VisionHidden]) with { Rows = new ClassTokenLast() },
            .. WeightAndBias(Once, "pre_layrnorm", "embedding_layer.post_embed_ln", Hidden, Hidden),
            .. WeightAndBias(Once, "post_layernorm", "encoder.transformer_encoder.norm", Hidden, Hidden),
            .. WeightAndBias(EachLayer, "self_attn.q_proj", "self_attn.proj_q_dense_layer", Square, Hidden),
            .. WeightAndBias(EachLayer, "self_attn.k_proj", "self_attn.proj_k_dense_layer", Square, Hidden),
            .. WeightAndBias(EachLayer, "self_attn.v_proj", "self_attn.proj_v_dense_layer", Square, Hidden),
            .. WeightAndBias(EachLayer, "self_attn.out_proj", "self_attn.proj_output_dense_layer", Square, Hidden),
            .. WeightAndBias(EachLayer, "mlp.fc1", "ffn.ffn.0.linear_layer", (d, _) => [d.VisionFeedForward, d.VisionHidden], (d, _) => [d.VisionFeedForward]),
            .. WeightAndBias(EachLayer, "mlp.fc2", "ffn.ffn.1.linear_layer", (d, _) => [d.VisionHidden, d.VisionFeedForward], Hidden),
            .. WeightAndBias(EachLayer, "layer_norm1", "norm1", Hidden, Hidden),
            .. WeightAndBias(EachLayer, "layer_norm2", "norm2", Hidden, Hidden),
        ],
        [
            new("vision_model.embeddings.position_ids", "0, 1, 2, …; computed"),
            new("text_model.*", "CLIP's text tower; LLaVA uses the vision tower alone"),
            new("logit_scale", "only CLIP's contrastive loss uses it"),
            new("visual_projection.*", "only CLIP's contrastive loss uses it"),
            new("text_projection.*", "only CLIP's contrastive loss uses it"),
        ]);

    static long[] Hidden(ModelDimensions dimensions, int layer) => [dimensions.VisionHidden];

    static long[] Square(ModelDimensions dimensions, int layer) => [dimensions.VisionHidden, dimensions.VisionHidden];

    static TensorRule Once(string huggingFace, string modelZoo, Func<ModelDimensions, int, long[]> shape) =>
        new($"vision_model.{huggingFace}", [$"image_model.{modelZoo}"], shape);

    static TensorRule EachLayer(string huggingFace, string modelZoo, Func<ModelDimensions, int, long[]> shape) =>
        new(HuggingFaceLayer + huggingFace, [ModelZooLayer + modelZoo], shape) { Layers = dimensions => dimensions.VisionLayers };

    static TensorRule[] WeightAndBias(
        Func<string, string, Func<ModelDimensions, int, long[]>, TensorRule> rule,
        string huggingFace,
        string modelZoo,
        Func<ModelDimensions, int, long[]> weight,
        Func<ModelDimensions, int, long[]> bias) =>
        [rule($"{huggingFace}.weight", $"{modelZoo}.weight", weight), rule($"{huggingFace}.bias", $"{modelZoo}.bias", bias)];
}
