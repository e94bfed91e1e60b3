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

    [Theory]
    [InlineData("convert"), InlineData("small/convert")]
    public void Every_key_of_ModelZoo_maps_back_to_the_references_key(string part) =>
        Comparison.Each(part, "keys", GoldenSet.Files(part, $"{Prefix}*.json"), file => CompareBack(part, Path.GetFileNameWithoutExtension(file)[Prefix.Length..]));

    static long CompareBack(string part, string model)
    {
        var dimensions = ModelDimensions.Of(ModelConfigFile.Load(GoldenSet.Require($"{part}/cs_config_{model}.yaml")));
        using var keys = JsonDocument.Parse(File.ReadAllBytes(GoldenSet.Require($"{part}/{Prefix}{model}.json")));
        using var modelZoo = DeclaredTensors.OfModelZoo(keys.RootElement);
        var (image, text) = CheckpointMapping.ToHuggingFace(modelZoo, dimensions);
        MappedTensor[] mapped = [.. new[] { image, text }.SelectMany(mapped => mapped.Tensors.Select(mapped.OriginOf))];
        var copies = image.Dropped.Concat(text.Dropped).Select(copy => copy.Source.Name);
        var rows = keys.RootElement.EnumerateArray().Where(row => row.GetProperty("op").GetString() != "DROPPED").ToArray();
        Assert.Equal(rows.Select(ExpectedBack).Order(StringComparer.Ordinal), mapped.Select(tensor => Describe(tensor, dimensions)).Order(StringComparer.Ordinal));
        Assert.Equal(rows.SelectMany(row => row.GetProperty("cs_keys").EnumerateArray().Skip(1)).Select(key => key.GetString()).Order(StringComparer.Ordinal), copies.Order(StringComparer.Ordinal));
        return rows.Length;
    }

    static string ExpectedBack(JsonElement row)
    {
        var shape = string.Join(",", row.GetProperty("hf_shape").EnumerateArray());
        return $"{row.GetProperty("cs_keys")[0].GetString()} -> {row.GetProperty("hf_key").GetString()} {shape} {Transform(row)}";
    }

    static long Compare(string part, string model)
    {
        var dimensions = ModelDimensions.Of(ModelConfigFile.Load(GoldenSet.Require($"{part}/cs_config_{model}.yaml")));
        using var keys = JsonDocument.Parse(File.ReadAllBytes(GoldenSet.Require($"{part}/{Prefix}{model}.json")));
        using var image = DeclaredTensors.OfHuggingFace(keys.RootElement, "image_model");
        using var text = DeclaredTensors.OfHuggingFace(keys.RootElement, "text_model");
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
        string[] shapes = [.. row.GetProperty("cs_shape").EnumerateArray().Select(shape => string.Join(",", shape.EnumerateArray()))];
        return row.GetProperty("cs_keys").EnumerateArray().Select((key, index) => $"{name} -> {key} {shapes[Math.Min(index, shapes.Length - 1)]} {Transform(row)}");
    }

    static string Transform(JsonElement row) => row.GetProperty("op").GetString()! switch
    {
        var operation when operation.StartsWith("interleave", StringComparison.Ordinal) => $"heads {operation.Split('(')[1].Split(',')[0]}",
        var operation when operation.StartsWith("CS = cat(HF[1:], HF[:1])", StringComparison.Ordinal) => "rotate",
        var operation => operation.Split(' ')[0],
    };

    static string Describe(MappedTensor tensor, ModelDimensions dimensions) =>
        $"{tensor.Source.Name} -> {tensor.Target.Name} {string.Join(",", tensor.Target.Shape)} {Kind(tensor, dimensions)}";

    static string Kind(MappedTensor tensor, ModelDimensions dimensions) => tensor.Rule.Rows switch
    {
        InterleavedHeads => $"heads {tensor.Target.Rows / dimensions.TextHeadSize}",
        ClassTokenLast => "rotate",
        _ => "copy",
    };
}
