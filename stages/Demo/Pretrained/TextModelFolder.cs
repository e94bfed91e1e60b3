using System.Text.Json.Nodes;
using Llava.Contracts.Files;
using Llava.Model.Checkpoints;

namespace Llava.Demo.Pretrained;

/// <summary>
/// A Llama of random weights with the demo's tokenizer, laid out as ModelZoo asks for Vicuna: its own configuration kept as
/// <c>config_lmsys.json</c> beside LLaVA's <c>config.json</c>.
/// </summary>
static class TextModelFolder
{
    const int Vocabulary = 512;
    const int Width = 64;
    const int FeedForwardWidth = 160;
    const int Layers = 2;
    const int Heads = 2;
    const int MaximumPositions = 256;
    const double StandardDeviation = 0.02;

    public static void Write(string folder, long seed)
    {
        new CheckpointWriter { AlwaysSharded = true, MaximumShardBytes = 300_000 }.Write(folder, CheckpointFormat.Safetensors, Weights(seed));
        JsonFile.Write(Path.Combine(folder, "config_lmsys.json"), VicunaConfig());
        JsonFile.Write(Path.Combine(folder, "config.json"), LlavaConfig());
        JsonFile.Write(Path.Combine(folder, "tokenizer_config.json"), TokenizerConfig());
        JsonFile.Write(Path.Combine(folder, "special_tokens_map.json"), SpecialTokens());
        AtomicFile.WriteAllBytes(Path.Combine(folder, "tokenizer.model"), DemoTokenizer.ModelBytes());
    }

    static IReadOnlyList<TensorSource> Weights(long seed)
    {
        var tensors = new RandomTensors(seed);
        tensors.Normal("model.embed_tokens.weight", StandardDeviation, Vocabulary, Width);
        for (var layer = 0; layer < Layers; layer++)
            Block(tensors, $"model.layers.{layer}");
        tensors.Constant("model.norm.weight", 1, Width);
        tensors.Normal("lm_head.weight", StandardDeviation, Vocabulary, Width);
        return tensors.All;
    }

    static void Block(RandomTensors tensors, string name)
    {
        tensors.Constant($"{name}.input_layernorm.weight", 1, Width);
        foreach (var projection in new[] { "q_proj", "k_proj", "v_proj", "o_proj" })
            tensors.Normal($"{name}.self_attn.{projection}.weight", StandardDeviation, Width, Width);
        tensors.Constant($"{name}.post_attention_layernorm.weight", 1, Width);
        tensors.Normal($"{name}.mlp.gate_proj.weight", StandardDeviation, FeedForwardWidth, Width);
        tensors.Normal($"{name}.mlp.up_proj.weight", StandardDeviation, FeedForwardWidth, Width);
        tensors.Normal($"{name}.mlp.down_proj.weight", StandardDeviation, Width, FeedForwardWidth);
    }

    static JsonObject VicunaConfig() => new()
    {
        ["_name_or_path"] = "llava-demo-llama",
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["bos_token_id"] = 1,
        ["eos_token_id"] = 2,
        ["hidden_act"] = "silu",
        ["hidden_size"] = Width,
        ["initializer_range"] = StandardDeviation,
        ["intermediate_size"] = FeedForwardWidth,
        ["max_position_embeddings"] = MaximumPositions,
        ["num_attention_heads"] = Heads,
        ["num_hidden_layers"] = Layers,
        ["num_key_value_heads"] = Heads,
        ["pad_token_id"] = 0,
        ["pretraining_tp"] = 1,
        ["rms_norm_eps"] = 1e-05,
        ["rope_scaling"] = null,
        ["tie_word_embeddings"] = false,
        ["torch_dtype"] = "float32",
        ["transformers_version"] = "4.31.0",
        ["use_cache"] = true,
        ["vocab_size"] = Vocabulary,
    };

    static JsonObject LlavaConfig()
    {
        var config = VicunaConfig();
        config["_name_or_path"] = "llava-demo";
        config["architectures"] = new JsonArray("LlavaLlamaForCausalLM");
        config["model_type"] = "llava";
        config["freeze_mm_mlp_adapter"] = false;
        config["freeze_mm_vision_resampler"] = false;
        config["image_aspect_ratio"] = "pad";
        config["max_length"] = MaximumPositions;
        config["mm_hidden_size"] = Width;
        config["mm_projector_type"] = "mlp2x_gelu";
        config["mm_resampler_type"] = null;
        config["mm_use_im_patch_token"] = false;
        config["mm_use_im_start_end"] = false;
        config["mm_vision_select_feature"] = "patch";
        config["mm_vision_select_layer"] = -2;
        config["mm_vision_tower"] = "llava-demo-clip";
        config["tune_mm_mlp_adapter"] = false;
        config["tune_mm_vision_resampler"] = false;
        config["unfreeze_mm_vision_tower"] = false;
        config["use_mm_proj"] = true;
        return config;
    }

    static JsonObject TokenizerConfig() => new()
    {
        ["add_bos_token"] = true,
        ["add_eos_token"] = false,
        ["bos_token"] = Token("<s>", declared: true),
        ["clean_up_tokenization_spaces"] = false,
        ["eos_token"] = Token("</s>", declared: true),
        ["legacy"] = false,
        ["model_max_length"] = MaximumPositions,
        ["pad_token"] = null,
        ["padding_side"] = "right",
        ["sp_model_kwargs"] = new JsonObject(),
        ["tokenizer_class"] = "LlamaTokenizer",
        ["unk_token"] = Token("<unk>", declared: true),
    };

    static JsonObject SpecialTokens() => new()
    {
        ["bos_token"] = Token("<s>", declared: false),
        ["eos_token"] = Token("</s>", declared: false),
        ["pad_token"] = "<unk>",
        ["unk_token"] = Token("<unk>", declared: false),
    };

    static JsonObject Token(string content, bool declared)
    {
        var token = new JsonObject { ["content"] = content, ["lstrip"] = false, ["normalized"] = false, ["rstrip"] = false, ["single_word"] = false };
        if (declared)
            token.Insert(0, "__type", "AddedToken");
        return token;
    }
}
