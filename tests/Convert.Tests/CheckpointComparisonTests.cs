using Llava.Contracts.Progress;
using Llava.Model.Checkpoints;

namespace Llava.Conversion.Tests;

public sealed class CheckpointComparisonTests
{
    [Fact]
    public async Task A_conversion_does_not_differ_from_its_source_but_for_the_drawn_projector()
    {
        using var scratch = new ScratchFolder();
        await ConvertStage.RunAsync(new ConvertOptions(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]) { Container = CheckpointFormat.Mdl }, SilentStageLog.Instance, default);
        Assert.Equal(
            [
                "projector_image_model.ffn.0.linear_layer.bias: only in the second, F32 [96]",
                "projector_image_model.ffn.0.linear_layer.weight: only in the second, F32 [96, 64]",
                "projector_image_model.ffn.1.linear_layer.bias: only in the second, F32 [96]",
                "projector_image_model.ffn.1.linear_layer.weight: only in the second, F32 [96, 96]",
            ],
            CheckpointComparison.Differences(GoldenPairs.Pickled, scratch["cs"]));
    }

    [Fact]
    public void Differing_values_types_and_shapes_are_told_apart()
    {
        using var scratch = new ScratchFolder();
        Write(scratch["a"], TensorSource.FromFloats("same", [2], new float[] { 1, 2 }), TensorSource.FromFloats("shape", [2], new float[2]), TensorSource.FromFloats("type", [1], new float[] { 1.5f }), TensorSource.FromFloats("values", [3], new float[] { 1, 2, 3 }));
        Write(scratch["b"], TensorSource.FromFloats("same", [2], new float[] { 1, 2 }), TensorSource.FromFloats("shape", [1, 2], new float[2]), TensorSource.FromBytes("type", ElementType.Float16, [1], BitConverter.GetBytes((Half)1.5f)), TensorSource.FromFloats("values", [3], new float[] { 1, 2.25f, 2.5f }));
        Assert.Equal(
            [
                "shape: F32 [2] in the first, F32 [1, 2] in the second",
                "type: F32 in the first, F16 in the second; same values",
                "values: 2 of 3 values differ, by up to 0.5",
            ],
            CheckpointComparison.Differences(scratch["a"], scratch["b"]));
    }

    [Fact]
    public async Task A_ModelZoo_checkpoint_compares_the_same_under_keys_with_the_prefix_model()
    {
        using var scratch = new ScratchFolder();
        await ConvertStage.RunAsync(new ConvertOptions(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]), SilentStageLog.Instance, default);
        using var converted = CheckpointFolder.Open(scratch["cs"]);
        new CheckpointWriter().Write(scratch["prefixed"], CheckpointFormat.Mdl, converted.Tensors.Select(tensor => TensorSource.From(converted, tensor)).Select(source => source with { Info = source.Info with { Name = "model." + source.Info.Name } }));
        Assert.Empty(CheckpointComparison.Differences(scratch["cs"], scratch["prefixed"]));
    }

    [Fact]
    public void A_listing_ends_with_totals()
    {
        var lines = CheckpointListing.Lines(Path.Combine(GoldenPairs.Pickled, "text_model")).ToArray();
        Assert.Equal("lm_head.weight  F16 [1000, 96]  192,000 bytes", lines[0]);
        Assert.Equal("30 tensors (30 F16), 441,504 parameters, 883,008 bytes", lines[^1]);
    }

    static void Write(string folder, params TensorSource[] tensors) => new CheckpointWriter().Write(folder, CheckpointFormat.Safetensors, tensors);
}
