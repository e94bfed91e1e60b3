using System.Text.Json;
using Llava.Tests;
using Llava.Train.Optimization;

namespace Llava.Train.Tests.Optimization;

public sealed class WeightDecayRuleTests
{
    const string ModelPrefix = "model.";

    [Fact]
    public void Parameter_groups_are_those_of_the_reference()
    {
        using var names = JsonDocument.Parse(File.ReadAllText(GoldenData.Require("small/model/freeze_semantics.json")));
        using var groups = JsonDocument.Parse(File.ReadAllText(GoldenData.Require("small/model/train_param_groups.json")));
        var rule = new WeightDecayRule(names.RootElement.GetProperty("named_parameters_order").EnumerateArray().Select(name => name.GetString()!));
        foreach (var group in groups.RootElement.EnumerateObject())
        {
            Assert.All(NamesIn(group.Value, "decay"), name => Assert.True(rule.IsDecayed(name), name));
            Assert.All(NamesIn(group.Value, "no_decay"), name => Assert.False(rule.IsDecayed(name), name));
        }
    }

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

    static IEnumerable<string> NamesIn(JsonElement group, string key) => group.GetProperty(key).EnumerateArray().Select(name => name.GetString()![ModelPrefix.Length..]);
}
