using System.Text.Json.Nodes;
using Llava.Conversion;
using Llava.Conversion.Formats;
using Llava.Model.Mapping;
using Llava.Train;

namespace Llava.Golden.Tests.Conversion;

/// <summary>The reference's configurations in both directions, and from its training yaml.</summary>
public sealed class ConfigMappingTests
{
    const string Prefix = "cs_config_", TrainPrefix = "hf_config_from_train_yaml_";
    const string OtherSections = """

        train_input: {data_processor: LlavaHDF5MapDataProcessor, data_dir: data, img_data_dir: images, image_data_size: [3, SIZE, SIZE], transforms: [{name: to_tensor}], batch_size: 2}
        optimizer: {optimizer_type: AdamW, learning_rate: [{scheduler: Linear, initial_learning_rate: 0.001, end_learning_rate: 0.0, total_iters: 2}]}
        runconfig: {max_steps: 2}

        """;

    [Theory]
    [InlineData("convert"), InlineData("small/convert")]
    public void The_yaml_of_a_model_gives_the_references_two_configurations(string part) =>
        Comparison.Each(part, "configurations", GoldenSet.Files(part, $"{Prefix}*.yaml"), file =>
        {
            var yaml = GoldenSet.Require($"{part}/{file}");
            var (vision, text) = ConfigMapping.ToHuggingFace(ModelConfigFile.Load(yaml), yaml);
            var (expectedVision, expectedText) = HuggingFaceOf(part, ModelOf(file, Prefix));
            AssertSame(expectedVision, vision);
            AssertSame(expectedText, text);
            return 1;
        });

    [Theory]
    [InlineData("convert"), InlineData("small/convert")]
    public void The_two_configurations_give_the_references_yaml(string part) =>
        Comparison.Each(part, "yaml files of configurations", GoldenSet.Files(part, $"{Prefix}*.yaml"), file =>
        {
            Assert.Equal(File.ReadAllLines(GoldenSet.Require($"{part}/{file}")), YamlOf(part, ModelOf(file, Prefix)).TrimEnd('\n').Split('\n'));
            return 1;
        });

    [Theory]
    [InlineData("convert"), InlineData("small/convert")]
    public void The_yaml_that_comes_out_is_one_that_training_takes(string part) =>
        Comparison.Each(part, "yaml files for training", GoldenSet.Files(part, $"{Prefix}*.yaml"), file =>
        {
            using var scratch = new ScratchFolder();
            var vision = ModelConfigFile.Load(GoldenSet.Require($"{part}/{file}")).ImageModel;
            File.WriteAllText(scratch["train.yaml"], YamlOf(part, ModelOf(file, Prefix)) + OtherSections.Replace("SIZE", $"{vision.ImageSize[0]}", StringComparison.Ordinal));
            var patches = vision.ImageSize[0] / vision.PatchSize[0] * (vision.ImageSize[1] / vision.PatchSize[1]);
            Assert.Equal(patches, TrainStage.CheckConfiguration(scratch["train.yaml"], []));
            return 1;
        });

    /// <summary>
    /// Apart from two keys: the reference's training yaml leaves <c>initializer_range</c> out of the language model, and its
    /// converter says false of <c>tune_mm_mlp_adapter</c> even where the language model is frozen.
    /// </summary>
    [Theory]
    [InlineData("convert"), InlineData("small/convert")]
    public void A_training_yaml_gives_the_configurations_that_the_reference_makes_of_its_own(string part) =>
        Comparison.Each(part, "configurations of training files", GoldenSet.Files(part, $"{TrainPrefix}*.json"), file =>
        {
            var (model, isFirstPhase) = (ModelOf(file, TrainPrefix).Split('_')[0], file.EndsWith("phase1.json", StringComparison.Ordinal));
            using var scratch = new ScratchFolder();
            var yaml = File.ReadAllText(GoldenSet.Require($"{part}/{Prefix}{model}.yaml"));
            File.WriteAllText(scratch["train.yaml"], (isFirstPhase ? yaml.Replace("- ^image_model", "- ^image_model\n    - ^text_model", StringComparison.Ordinal) : yaml) + OtherSections);
            var (vision, text) = ConfigMapping.ToHuggingFace(ModelConfigFile.Load(scratch["train.yaml"]), scratch["train.yaml"]);
            var expected = Read($"{part}/{file}");
            expected[1]!["initializer_range"] = text.InitializerRange;
            expected[1]!["tune_mm_mlp_adapter"] = isFirstPhase;
            AssertSame(expected[0]!, vision);
            AssertSame(expected[1]!, text);
            return 1;
        });

    static string YamlOf(string part, string model)
    {
        var (image, language) = HuggingFaceOf(part, model);
        using var scratch = new ScratchFolder();
        var (visionPath, textPath) = (scratch["vision.json"], scratch["text.json"]);
        File.WriteAllText(visionPath, image.ToJsonString());
        File.WriteAllText(textPath, language.ToJsonString());
        return ModelYaml.Write(ConfigMapping.ToModelZoo(HuggingFaceConfigFile.ReadVision(visionPath), visionPath, HuggingFaceConfigFile.ReadText(textPath), textPath));
    }

    static string ModelOf(string file, string prefix) => Path.GetFileNameWithoutExtension(file)[prefix.Length..];

    /// <summary>Both in one file, or each in its own.</summary>
    static (JsonNode Vision, JsonNode Text) HuggingFaceOf(string part, string model)
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
