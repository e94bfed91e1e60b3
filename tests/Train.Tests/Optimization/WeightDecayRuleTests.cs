using Llava.Train.Optimization;

namespace Llava.Train.Tests.Optimization;

public sealed class WeightDecayRuleTests
{
    [Theory]
    [InlineData("image_model.encoder.transformer_encoder.layers.0.norm1.weight", false)]
    [InlineData("image_model.embedding_layer.post_embed_ln.weight", false)]
    [InlineData("text_model.ln_f.weight", true)]
    [InlineData("image_model.embedding_layer.cls_embedding", true)]
    public void Norms_with_a_bias_are_not_decayed(string name, bool isDecayed)
    {
        var rule = new WeightDecayRule([name, "image_model.encoder.transformer_encoder.layers.0.norm1.bias", "image_model.embedding_layer.post_embed_ln.bias"]);

        Assert.Equal(isDecayed, rule.IsDecayed(name));
    }
}
