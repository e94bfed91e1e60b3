namespace Llava.Model.Mapping;

/// <summary>transformers' <c>LlamaForCausalLM</c> and ModelZoo's <c>text_model</c>; no layer has a bias.</summary>
static class LlamaPart
{
    const string HuggingFaceLayer = "model.layers.{}.";
    const string ModelZooLayer = "text_model.transformer_decoder.layers.{}.";

    public static ModelPart Part { get; } = new(
        "Llama language model",
        "model.",
        [
            new("model.embed_tokens.weight", ["text_model.embedding_layer.word_embeddings.weight"], Vocabulary),
            EachLayer("self_attn.q_proj.weight", "self_attn.proj_q_dense_layer.weight", (d, _) => [d.TextHidden, d.TextHidden]) with { Rows = new InterleavedHeads() },
            EachLayer("self_attn.k_proj.weight", "self_attn.proj_k_dense_layer.weight", (d, _) => [d.KeyValueWidth, d.TextHidden]) with { Rows = new InterleavedHeads() },
            EachLayer("self_attn.v_proj.weight", "self_attn.proj_v_dense_layer.weight", (d, _) => [d.KeyValueWidth, d.TextHidden]),
            EachLayer("self_attn.o_proj.weight", "self_attn.proj_output_dense_layer.weight", (d, _) => [d.TextHidden, d.TextHidden]),
            EachLayer("mlp.gate_proj.weight", "ffn.ffn.0.linear_layer_for_glu.weight", Widening),
            EachLayer("mlp.up_proj.weight", "ffn.ffn.0.linear_layer.weight", Widening),
            EachLayer("mlp.down_proj.weight", "ffn.ffn.1.linear_layer.weight", (d, _) => [d.TextHidden, d.TextFeedForward]),
            EachLayer("input_layernorm.weight", "norm1.weight", Hidden),
            EachLayer("post_attention_layernorm.weight", "norm3.weight", Hidden),
            new("model.norm.weight", ["text_model.transformer_decoder.norm.weight", "text_model.ln_f.weight"], Hidden),
            new("lm_head.weight", ["text_model.lm_head.weight"], Vocabulary),
        ],
        [
            new("model.layers.{}.self_attn.rotary_emb.inv_freq", "rotary frequencies; computed"),
            new("model.rotary_emb.inv_freq", "rotary frequencies; computed"),
            new("model.vision_tower.*", "the vision tower comes from image_model"),
        ]);

    static long[] Hidden(ModelDimensions dimensions, int layer) => [dimensions.TextHidden];

    static long[] Vocabulary(ModelDimensions dimensions, int layer) => [dimensions.Vocabulary, dimensions.TextHidden];

    static long[] Widening(ModelDimensions dimensions, int layer) => [dimensions.TextFeedForward, dimensions.TextHidden];

    static TensorRule EachLayer(string huggingFace, string modelZoo, Func<ModelDimensions, int, long[]> shape) =>
        new(HuggingFaceLayer + huggingFace, [ModelZooLayer + modelZoo], shape) { Layers = dimensions => dimensions.TextLayers };
}
