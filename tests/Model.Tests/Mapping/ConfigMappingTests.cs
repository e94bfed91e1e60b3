using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Model.Mapping;
using Llava.Model.Tests.Checkpoints;
using Llava.Tests;

namespace Llava.Model.Tests.Mapping;

public sealed class ConfigMappingTests
{
    [Fact]
    public void Training_only_the_projector_is_said_as_tune_mm_mlp_adapter()
    {
        var yaml = GoldenData.Require("small/convert/cs_config_tiny.yaml");
        var config = ModelConfigFile.Load(yaml) with { Freeze = ["^image_model", "^text_model"] };
        var (vision, text) = ConfigMapping.ToHuggingFace(config, yaml);
        Assert.True(text.TuneMmMlpAdapter);
        Assert.Equal(config.Freeze, ConfigMapping.ToModelZoo(vision, "image", text, "text").Freeze);
    }

    [Theory]
    [InlineData(-2, -2)]
    [InlineData(2, 3)]
    public void A_layer_counted_from_the_front_shifts_by_the_embeddings(int modelZoo, int huggingFace)
    {
        var yaml = GoldenData.Require("small/convert/cs_config_tiny.yaml");
        var config = ModelConfigFile.Load(yaml) with { ImageFeatureSelectLayerIdx = modelZoo };
        var (vision, text) = ConfigMapping.ToHuggingFace(config, yaml);
        Assert.Equal(huggingFace, text.MmVisionSelectLayer);
        Assert.Equal(modelZoo, ConfigMapping.ToModelZoo(vision, "image", text, "text").ImageFeatureSelectLayerIdx);
    }

    [Fact]
    public void An_architecture_that_is_not_supported_fails_with_what_is()
    {
        var error = Assert.Throws<DiagnosticException>(() => ConfigMapping.ToModelZoo(
            new ClipVisionConfig { ModelType = "siglip_vision_model" }, "i/config.json", new LlavaTextConfig { ModelType = "mistral", Architectures = ["MistralForCausalLM"] }, "t/config.json"));
        Assert.Equal(
            [
                "i/config.json: error LLAVA4010: model_type \"siglip_vision_model\" does not convert; supported are clip, clip_vision_model",
                "t/config.json: error LLAVA4010: model_type \"mistral\" does not convert; supported are llama, llava, llava_llama",
                "t/config.json: error LLAVA4010: the architecture MistralForCausalLM does not convert; supported are LlamaForCausalLM, LlavaLlamaForCausalLM",
            ],
            error.Diagnostics.Select(problem => problem.ToString()));
    }

    [Fact]
    public void Values_that_ModelZoo_cannot_express_are_reported_all_at_once()
    {
        var error = Assert.Throws<DiagnosticException>(() => ConfigMapping.ToModelZoo(
            new ClipVisionConfig(), "i/config.json", new LlavaTextConfig { MmHiddenSize = 64, TieWordEmbeddings = true, MmProjectorType = "linear" }, "t/config.json"));
        Assert.Equal(
            [
                "t/config.json: error LLAVA4011: tie_word_embeddings must be false: LLaVA's head is a matrix of its own",
                "t/config.json: error LLAVA4011: mm_hidden_size is 64, but the vision tower is 768 wide",
                "t/config.json: error LLAVA4011: mm_projector_type is \"linear\"; supported are mlp1x_gelu, mlp2x_gelu, …",
            ],
            error.Diagnostics.Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData("\"rope_theta\": 500000.0", 500000, 1)]
    [InlineData("\"rope_parameters\": {\"rope_theta\": 500000, \"rope_type\": \"default\"}", 500000, 1)]
    [InlineData("\"rope_parameters\": {\"rope_theta\": 500000}", 500000, 1)]
    [InlineData("\"rope_parameters\": {\"rope_theta\": 500000, \"rope_type\": \"default\"}, \"rope_theta\": 500000.0, \"rope_scaling\": null", 500000, 1)]
    [InlineData("\"rope_parameters\": {\"rope_theta\": 20000, \"rope_type\": \"linear\", \"factor\": 4}", 20000, 4)]
    [InlineData("\"rope_parameters\": {\"partial_rotary_factor\": 1.0, \"rope_theta\": 10000.0, \"rope_type\": \"default\"}", 10000, 1)]
    [InlineData("\"rope_parameters\": null", 10000, 1)]
    [InlineData("\"rope_scaling\": {\"rope_type\": \"default\"}", 10000, 1)]
    [InlineData("\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.0}", 10000, 2)]
    [InlineData("\"rope_scaling\": {\"rope_type\": \"Linear\", \"factor\": 2}", 10000, 2)]
    [InlineData("\"rope_scaling\": {}", 10000, 1)]
    public void Rotary_settings_are_read_in_every_spelling(string settings, double theta, double factor)
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["config.json"], $$"""{"mm_hidden_size": 768, {{settings}}}""");
        var config = ConfigMapping.ToModelZoo(new ClipVisionConfig(), "image", HuggingFaceConfigFile.ReadText(folder["config.json"]), "text");
        Assert.Equal((theta, factor), (config.TextModel.RopeTheta, config.TextModel.PosScalingFactor));
    }

    [Theory]
    [InlineData("\"rope_parameters\": {\"rope_theta\":500000,\"rope_type\":\"llama3\",\"factor\":8.0}", "rope_parameters is {\"rope_theta\":500000,\"rope_type\":\"llama3\",\"factor\":8.0}; supported are the types default and linear, linear with a factor")]
    [InlineData("\"rope_scaling\": {\"rope_type\":\"yarn\",\"factor\":4}", "rope_scaling is {\"rope_type\":\"yarn\",\"factor\":4}; supported are the types default and linear, linear with a factor")]
    [InlineData("\"rope_scaling\": {\"type\":\"linear\"}", "rope_scaling is {\"type\":\"linear\"}; supported are the types default and linear, linear with a factor")]
    [InlineData("\"rope_scaling\": {\"factor\":2}", "rope_scaling is {\"factor\":2}; supported are the types default and linear, linear with a factor")]
    [InlineData("\"rope_parameters\": {\"partial_rotary_factor\":0.5}", "rope_parameters is {\"partial_rotary_factor\":0.5}; supported are the types default and linear, linear with a factor")]
    [InlineData("\"rope_parameters\": {\"rope_theta\":500000}, \"rope_theta\": 10000", "rope_theta is 10000, but rope_parameters has 500000")]
    [InlineData("\"rope_parameters\": {\"rope_theta\":500000}, \"rope_scaling\": {\"type\":\"linear\",\"factor\":2}", "rope_parameters is {\"rope_theta\":500000}, but rope_scaling is {\"type\":\"linear\",\"factor\":2}; only one of them may be given")]
    [InlineData("\"rope_scaling\": {\"type\":3}", "type must be text, but is 3", "(1,19)")]
    [InlineData("\"rope_parameters\": 3", "rope_parameters must be an object, but is 3", "(1,2)")]
    public void Rotary_settings_that_are_not_computed_are_refused(string settings, string message, string place = "")
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["config.json"], $$"""{{{settings}}}""");
        Assert.Equal($"{folder["config.json"]}{place}: error LLAVA4011: {message}", Assert.Throws<DiagnosticException>(() => HuggingFaceConfigFile.ReadText(folder["config.json"])).Message);
    }

    [Theory]
    [InlineData("\"hidden_size\": \"x\"", "hidden_size must be a whole number, but is \"x\"")]
    [InlineData("\"hidden_size\": null", "hidden_size must be a whole number, but is null")]
    [InlineData("\"num_key_value_heads\": 1.5", "num_key_value_heads must be a whole number, but is 1.5")]
    [InlineData("\"rms_norm_eps\": []", "rms_norm_eps must be a number, but is []")]
    [InlineData("\"tie_word_embeddings\": 0", "tie_word_embeddings must be true or false, but is 0")]
    [InlineData("\"hidden_act\": 3", "hidden_act must be text, but is 3")]
    [InlineData("\"architectures\": [3]", "architectures must be a list of texts, but is [3]")]
    public void A_value_of_the_wrong_type_is_named_with_its_place(string setting, string message)
    {
        using var folder = new ScratchFolder();
        foreach (var encoding in new[] { new UTF8Encoding(false), new UTF8Encoding(true) })
        {
            File.WriteAllText(folder["config.json"], $"{{\n  \"other\": {{\"hidden_size\": 1}},\n  {setting}\n}}", encoding);
            Assert.Equal($"{folder["config.json"]}(3,3): error LLAVA4011: {message}", Assert.Throws<DiagnosticException>(() => HuggingFaceConfigFile.ReadText(folder["config.json"])).Message);
        }
    }

    [Fact]
    public void A_value_of_the_wrong_type_in_a_section_is_named_with_its_place()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["config.json"], """{"hidden_size": 1, "vision_config": {"hidden_size": "x"}}""");
        Assert.Equal($"{folder["config.json"]}(1,38): error LLAVA4011: hidden_size must be a whole number, but is \"x\"", Assert.Throws<DiagnosticException>(() => HuggingFaceConfigFile.ReadVision(folder["config.json"])).Message);
    }

    [Fact]
    public void A_file_that_is_no_JSON_is_named_with_its_place()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["config.json"], "{\n  hidden_size");
        Assert.Equal($"{folder["config.json"]}(2,3): error LLAVA4011: 'h' is an invalid start of a property name. Expected a '\"'.", Assert.Throws<DiagnosticException>(() => HuggingFaceConfigFile.ReadText(folder["config.json"])).Message);
    }

    [Theory]
    [InlineData("eos_token_id", "[2, 32007]")]
    [InlineData("eos_token_id", "null")]
    [InlineData("bos_token_id", "null")]
    [InlineData("use_cache", "null")]
    public void Values_that_ModelZoo_has_no_place_for_may_be_anything(string key, string value)
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["config.json"], $"{{\"{key}\": {value}}}");
        Assert.Equal(new LlavaTextConfig(), HuggingFaceConfigFile.ReadText(folder["config.json"]));
    }

    [Fact]
    public void What_comes_out_keeps_the_rules_that_a_training_asks_for()
    {
        var vision = new ClipVisionConfig { HiddenSize = 64, NumHiddenLayers = 4, NumAttentionHeads = 3, ImageSize = 55, PatchSize = 14, LayerNormEps = 2 };
        Assert.Equal(
            [
                "i: error LLAVA4011: as ModelZoo's model.image_model.layer_norm_epsilon: is 2, but must be from 0 to 1",
                "t: error LLAVA4011: as ModelZoo's model.text_model.rope_theta: is 0.5, but must be at least 1",
            ],
            Problems(vision, new LlavaTextConfig { RopeTheta = 0.5 }));
        Assert.Equal(
            [
                "i: error LLAVA4011: as ModelZoo's model.image_model.image_size: must be a multiple of patch_size",
                "i: error LLAVA4011: as ModelZoo's model.image_model.num_heads: is 3, which does not divide hidden_size 64",
                "t: error LLAVA4011: as ModelZoo's model.image_feature_select_layer_idx: is -30, but the image model has 4 layers: -4 to 3",
                "t: error LLAVA4011: as ModelZoo's model.image_start_idx: leaves no room for 9 image positions in 8",
            ],
            Problems(vision with { LayerNormEps = 1e-5 }, new LlavaTextConfig { MmVisionSelectLayer = -30, MaxPositionEmbeddings = 8 }));
    }

    static IEnumerable<string> Problems(ClipVisionConfig vision, LlavaTextConfig text) =>
        Assert.Throws<DiagnosticException>(() => ConfigMapping.ToModelZoo(vision, "i", text, "t")).Diagnostics.Select(problem => problem.ToString());
}
