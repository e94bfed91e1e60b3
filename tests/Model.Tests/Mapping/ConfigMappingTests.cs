using Llava.Contracts.Diagnostics;
using Llava.Model.Mapping;
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
}
