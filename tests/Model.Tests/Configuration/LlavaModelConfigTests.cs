using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Model.Configuration;
using Llava.Tests;

namespace Llava.Model.Tests.Configuration;

public sealed class LlavaModelConfigTests
{
    static readonly string Path = GoldenData.Require("small/convert/cs_config_tiny.yaml");

    [Fact]
    public void The_last_vision_block_to_run_counts_from_either_end()
    {
        Assert.Equal(3, Read().VisionBlocksToRun);
        Assert.Equal(3, Read("model.image_feature_select_layer_idx=2").VisionBlocksToRun);
        Assert.Equal(4, Read("model.image_feature_select_layer_idx=-1").VisionBlocksToRun);
        Assert.Equal(1, Read("model.image_feature_select_layer_idx=0").VisionBlocksToRun);
    }

    [Fact]
    public void The_class_token_may_stay_among_the_features() =>
        Assert.Equal(17, Read("model.image_feature_select_mode=cls_patch").ImageTokenCount);

    [Fact]
    public void The_older_name_of_the_embedding_dropout_is_known() =>
        Assert.Equal(0, Read("model.text_model.embd_pdrop=0.0").TextModel.EmbeddingDropoutRateByOlderName);

    [Theory]
    [InlineData("model.text_model.attention_dropout_rate=0.1", "model.text_model.attention_dropout_rate is 0.1, but must be from 0 to 0")]
    [InlineData("model.image_model.norm_first=false", "model.image_model.norm_first must be true; post-norm blocks are not supported")]
    [InlineData("model.image_feature_select_layer_idx=4", "model.image_feature_select_layer_idx is 4, but the image model has 4 layers: -4 to 3")]
    [InlineData("model.text_model.rotary_dim=23", "model.text_model.rotary_dim is 23, but must be even and at most the head's size 24")]
    [InlineData("model.loss_weight=0.5", "model.loss_weight must be 1.0 where loss_scaling is num_tokens")]
    [InlineData("model.projector.image_model.input_unit=65", "model.projector has input_unit 65, but the image model is 64 wide")]
    [InlineData("model.text_model.alibi=1", "unknown key model.text_model.alibi")]
    public void What_the_model_does_not_compute_is_refused(string setting, string message)
    {
        var error = Assert.Throws<DiagnosticException>(() => Read(setting));
        Assert.Equal(message, error.Diagnostics.Single().Message);
    }

    static LlavaModelConfig Read(params string[] settings) =>
        ConfigReader.Read<GoldenModel.YamlWithModel>(ConfigDocument.Load(Path, settings)).Model;
}
