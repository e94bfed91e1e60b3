using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Llava.Contracts.Progress;
using Llava.Conversion;
using Llava.Conversion.Formats;
using Llava.Golden.Tests.Model;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Golden.Tests.Conversion;

public sealed class ConvertedTensorTests
{
    [Theory]
    [InlineData(""), InlineData("small/")]
    public void Every_converted_tensor_has_the_references_values(string prefix)
    {
        var folder = new ModelFolder(prefix);
        using var expected = JsonDocument.Parse(File.ReadAllBytes(GoldenSet.Require($"{folder.ConvertPart}/cs_tensors_tiny.json")));
        using var scratch = new ScratchFolder();
        using var checkpoint = LlavaCheckpoint.Open(folder.WithProjector(scratch));
        Assert.Equal(expected.RootElement.EnumerateObject().Select(entry => entry.Name).Order(StringComparer.Ordinal), checkpoint.Tensors.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        Comparison.Each(folder.ConvertPart, "tensors", expected.RootElement.EnumerateObject(), entry =>
        {
            Assert.Equal(entry.Value.GetProperty("sha256_f32le").GetString(), HashOfFloats(checkpoint.Tensors, checkpoint.Tensors.Get(entry.Name)));
            return 1;
        });
    }

    [Theory]
    [InlineData(""), InlineData("small/")]
    public void There_and_back_every_kept_tensor_is_the_source_bit_for_bit(string prefix)
    {
        var folder = new ModelFolder(prefix);
        GoldenSet.Require(folder.ConvertPart);
        using var scratch = new ScratchFolder();
        var pair = folder.WithProjector(scratch);
        using var checkpoint = LlavaCheckpoint.Open(pair);
        var (image, text) = CheckpointMapping.ToHuggingFace(checkpoint.Tensors, ModelDimensions.Of(checkpoint.Config));
        var dropped = ((MappedCheckpoint)checkpoint.Tensors).Dropped.Select(drop => drop.Source.Name);
        Comparison.Each(folder.ConvertPart, "tensors there and back", new[] { (Name: "image_model", Tensors: image), (Name: "text_model", Tensors: text) }, part =>
        {
            using var source = CheckpointFolder.Open(Path.Combine(pair, part.Name));
            Assert.All(part.Tensors.Tensors, tensor => Assert.Equal(source.ReadBytes(tensor.Name), part.Tensors.ReadBytes(tensor.Name)));
            Assert.Equal(source.Tensors.Select(tensor => tensor.Name).Except(dropped), part.Tensors.Tensors.Select(tensor => tensor.Name));
            return part.Tensors.Tensors.Count;
        });
    }

    [Theory]
    [InlineData(""), InlineData("small/")]
    public async Task The_yaml_says_what_the_references_says(string prefix)
    {
        var folder = new ModelFolder(prefix);
        await Comparison.EachAsync(folder.ConvertPart, "yaml files", [GoldenSet.Require($"{folder.ConvertPart}/cs_config_tiny.yaml")], async yaml =>
        {
            using var scratch = new ScratchFolder();
            await ConvertStage.RunAsync(new ConvertOptions(folder.Require("hf_in"), ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]), SilentStageLog.Instance, TestContext.Current.CancellationToken);
            Assert.Equal(File.ReadAllLines(yaml), File.ReadAllLines(Path.Combine(scratch["cs"], "config.yaml")));
            return 1;
        });
    }

    static string HashOfFloats(ICheckpointReader reader, TensorInfo tensor)
    {
        var bytes = reader.ReadBytes(tensor.Name);
        if (tensor.ElementType == ElementType.Float16)
        {
            var floats = MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (float)value).ToArray();
            bytes = MemoryMarshal.AsBytes(floats.AsSpan()).ToArray();
        }
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
