using System.Text.Json.Nodes;
using Llava.Demo.Charts;
using Llava.Model.Checkpoints;

namespace Llava.Demo.Pretrained;

/// <summary>
/// A CLIP vision tower of random weights, in the layout of a Hugging Face folder. It stays frozen: what it must do is keep colours,
/// places and heights apart. Plain N(0, 0.02) does not; the scales below do.
/// </summary>
static class ImageModelFolder
{
    const int Width = 64;
    const int FeedForwardWidth = 128;
    const int Heads = 2;
    const int PatchSide = 14;
    const int Patches = ChartPainter.Side / PatchSide * (ChartPainter.Side / PatchSide);

    // Features are taken one layer before the last (mm_vision_select_layer -2): three of these four run.
    const int Layers = 4;

    const double PositionScale = 0.3;
    const double ResidualScale = 0.5;

    public static void Write(string folder, long seed)
    {
        new CheckpointWriter { AlwaysSharded = true, MaximumShardBytes = 400_000 }.Write(folder, CheckpointFormat.Safetensors, Weights(seed));
        JsonFile.Write(Path.Combine(folder, "config.json"), Config());
        JsonFile.Write(Path.Combine(folder, "preprocessor_config.json"), PreprocessorConfig());
    }

    static IReadOnlyList<TensorSource> Weights(long seed)
    {
        var tensors = new RandomTensors(seed);
        const string embeddings = "vision_model.embeddings";
        tensors.Normal($"{embeddings}.patch_embedding.weight", 1 / Math.Sqrt(3 * PatchSide * PatchSide), Width, 3, PatchSide, PatchSide);
        tensors.Normal($"{embeddings}.class_embedding", PositionScale, Width);
        tensors.Normal($"{embeddings}.position_embedding.weight", PositionScale, Patches + 1, Width);
        LayerNorm(tensors, "vision_model.pre_layrnorm");
        for (var layer = 0; layer < Layers; layer++)
            Block(tensors, $"vision_model.encoder.layers.{layer}");
        LayerNorm(tensors, "vision_model.post_layernorm");
        return tensors.All;
    }

    static void Block(RandomTensors tensors, string name)
    {
        LayerNorm(tensors, $"{name}.layer_norm1");
        foreach (var projection in new[] { "q_proj", "k_proj", "v_proj" })
            Linear(tensors, $"{name}.self_attn.{projection}", Width, Width, scale: 1);
        Linear(tensors, $"{name}.self_attn.out_proj", Width, Width, ResidualScale);
        LayerNorm(tensors, $"{name}.layer_norm2");
        Linear(tensors, $"{name}.mlp.fc1", FeedForwardWidth, Width, scale: 1);
        Linear(tensors, $"{name}.mlp.fc2", Width, FeedForwardWidth, ResidualScale);
    }

    static void Linear(RandomTensors tensors, string name, int outputs, int inputs, double scale)
    {
        tensors.Normal($"{name}.weight", scale / Math.Sqrt(inputs), outputs, inputs);
        tensors.Constant($"{name}.bias", 0, outputs);
    }

    static void LayerNorm(RandomTensors tensors, string name)
    {
        tensors.Constant($"{name}.weight", 1, Width);
        tensors.Constant($"{name}.bias", 0, Width);
    }

    static JsonObject Config() => new()
    {
        ["_name_or_path"] = "llava-demo-clip",
        ["architectures"] = new JsonArray("CLIPModel"),
        ["initializer_factor"] = 1.0,
        ["model_type"] = "clip",
        ["projection_dim"] = Width,
        ["torch_dtype"] = "float32",
        ["vision_config"] = new JsonObject
        {
            ["attention_dropout"] = 0.0,
            ["dropout"] = 0.0,
            ["hidden_act"] = "quick_gelu",
            ["hidden_size"] = Width,
            ["image_size"] = ChartPainter.Side,
            ["initializer_factor"] = 1.0,
            ["initializer_range"] = 0.02,
            ["intermediate_size"] = FeedForwardWidth,
            ["layer_norm_eps"] = 1e-05,
            ["model_type"] = "clip_vision_model",
            ["num_attention_heads"] = Heads,
            ["num_channels"] = 3,
            ["num_hidden_layers"] = Layers,
            ["patch_size"] = PatchSide,
            ["projection_dim"] = Width,
        },
    };

    static JsonObject PreprocessorConfig() => new()
    {
        ["crop_size"] = ChartPainter.Side,
        ["do_center_crop"] = true,
        ["do_normalize"] = true,
        ["do_resize"] = true,
        ["feature_extractor_type"] = "CLIPFeatureExtractor",
        ["image_mean"] = new JsonArray(0.48145466, 0.4578275, 0.40821073),
        ["image_std"] = new JsonArray(0.26862954, 0.26130258, 0.27577711),
        ["resample"] = 3,
        ["size"] = ChartPainter.Side,
    };
}
