using System.Text.Json;
using Llava.Model.Mapping;

namespace Llava.Golden.Tests.Conversion;

/// <summary>The table of rules against the reference's complete key maps.</summary>
public sealed class KeyMapTests
{
    const string Prefix = "keymap_";

    [Theory]
    [InlineData("convert"), InlineData("small/convert")]
    public void Every_key_of_the_reference_maps_as_it_does_there(string part) =>
        Comparison.Each(part, "keys", GoldenSet.Files(part, $"{Prefix}*.json"), file => Compare(part, Path.GetFileNameWithoutExtension(file)[Prefix.Length..]));

    static long Compare(string part, string model)
    {
        var dimensions = ModelDimensions.Of(ModelConfigFile.Load(GoldenSet.Require($"{part}/cs_config_{model}.yaml")));
        using var keys = JsonDocument.Parse(File.ReadAllBytes(GoldenSet.Require($"{part}/{Prefix}{model}.json")));
        using var image = new DeclaredTensors(keys.RootElement, "image_model");
        using var text = new DeclaredTensors(keys.RootElement, "text_model");
        using var mapped = CheckpointMapping.ToModelZoo(image, text, dimensions);
        var expected = keys.RootElement.EnumerateArray().SelectMany(Expected).Order(StringComparer.Ordinal);
        var actual = mapped.Tensors.Select(tensor => Describe(mapped.OriginOf(tensor), dimensions))
            .Concat(mapped.Dropped.Select(tensor => $"{tensor.Source.Name} -> dropped"))
            .Order(StringComparer.Ordinal);
        Assert.Equal(expected, actual);
        return keys.RootElement.GetArrayLength();
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
