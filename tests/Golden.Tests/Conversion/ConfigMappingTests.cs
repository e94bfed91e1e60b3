using System.Text.Json.Nodes;
using Llava.Model.Mapping;

namespace Llava.Golden.Tests.Conversion;

public sealed class ConfigMappingTests
{
    const string Prefix = "cs_config_";

    [Theory]
    [InlineData("convert"), InlineData("small/convert")]
    public void The_yaml_of_a_model_gives_the_references_two_configurations(string part) =>
        Comparison.Each(part, "configurations", GoldenSet.Files(part, $"{Prefix}*.yaml"), file =>
        {
            var yaml = GoldenSet.Require($"{part}/{file}");
            var (vision, text) = ConfigMapping.ToHuggingFace(ModelConfigFile.Load(yaml), yaml);
            var (expectedVision, expectedText) = Expected(part, Path.GetFileNameWithoutExtension(file)[Prefix.Length..]);
            AssertSame(expectedVision, vision);
            AssertSame(expectedText, text);
            return 1;
        });

    /// <summary>Both in one file, or each in its own.</summary>
    static (JsonNode Vision, JsonNode Text) Expected(string part, string model)
    {
        var together = $"{part}/hf_config_from_cs_{model}.json";
        if (GoldenSet.Has(together) && Read(together) is var both)
            return (both["image_model"]!, both["text_model"]!);
        return (Read($"{part}/hf_config_from_cs_{model}_image_model.json"), Read($"{part}/hf_config_from_cs_{model}_text_model.json"));
    }

    static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(GoldenSet.Require(file)))!;

    static void AssertSame(JsonNode expected, object config)
    {
        var actual = JsonNode.Parse(HuggingFaceConfigFile.Serialize(config))!;
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {expected}\nactual {actual}");
    }
}
