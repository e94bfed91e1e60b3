using System.Text.Json;
using Llava.Model.Mapping;
using Llava.Tests;

namespace Llava.Model.Tests.Mapping;

/// <summary>The table against the reference's complete key maps.</summary>
public sealed class KeyMapTests
{
    [Theory]
    [InlineData("small/convert", "tiny")]
    [InlineData("convert", "tiny")]
    [InlineData("convert", "7b")]
    [InlineData("convert", "13b")]
    public void Every_key_of_the_reference_maps_as_it_does_there(string folder, string model)
    {
        var dimensions = ModelDimensions.Of(ModelConfigFile.Load(GoldenData.Require($"{folder}/cs_config_{model}.yaml")));
        using var keys = JsonDocument.Parse(File.ReadAllBytes(GoldenData.Require($"{folder}/keymap_{model}.json")));
        using var image = new DeclaredTensors(keys.RootElement, "image_model");
        using var text = new DeclaredTensors(keys.RootElement, "text_model");
        using var mapped = CheckpointMapping.ToModelZoo(image, text, dimensions);
        var expected = keys.RootElement.EnumerateArray().SelectMany(Expected).Order(StringComparer.Ordinal);
        var actual = mapped.Tensors.Select(tensor => Describe(mapped.OriginOf(tensor), dimensions))
            .Concat(mapped.Dropped.Select(tensor => $"{tensor.Source.Name} -> dropped"))
            .Order(StringComparer.Ordinal);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void The_7B_model_has_the_published_number_of_parameters()
    {
        var dimensions = ModelDimensions.Of(ModelConfigFile.Load(GoldenData.Require("convert/cs_config_7b.yaml")));
        var parameters = CheckpointMapping.Parts.SelectMany(part => part.Expected(dimensions)).Sum(entry => entry.Rule.Shape(dimensions, entry.Layer).Aggregate(1L, (product, size) => product * size));
        Assert.Equal(7_062_902_784, parameters);
    }

    static IEnumerable<string> Expected(JsonElement row)
    {
        var name = row.GetProperty("hf_key").GetString();
        var operation = row.GetProperty("op").GetString()!;
        if (operation == "DROPPED")
            return [$"{name} -> dropped"];
        var transform = operation switch
        {
            _ when operation.StartsWith("interleave", StringComparison.Ordinal) => $"heads {operation.Split('(')[1].Split(',')[0]}",
            _ when operation.StartsWith("CS = cat(HF[1:], HF[:1])", StringComparison.Ordinal) => "rotate",
            _ => operation.Split(' ')[0],
        };
        string[] shapes = [.. row.GetProperty("cs_shape").EnumerateArray().Select(shape => string.Join(",", shape.EnumerateArray()))];
        return row.GetProperty("cs_keys").EnumerateArray().Select((key, index) => $"{name} -> {key} {shapes[Math.Min(index, shapes.Length - 1)]} {transform}");
    }

    static string Describe(MappedTensor tensor, ModelDimensions dimensions)
    {
        var kind = tensor.Rule.Rows switch
        {
            InterleavedHeads => $"heads {tensor.Target.Rows / dimensions.TextHeadSize}",
            ClassTokenLast => "rotate",
            _ => "copy",
        };
        return $"{tensor.Source.Name} -> {tensor.Target.Name} {string.Join(",", tensor.Target.Shape)} {kind}";
    }
}
