using System.Runtime.InteropServices;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Conversion.Inspection;
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
                "type: F32 in the first, F16 in the second; the same numbers",
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
    public void Whole_numbers_are_compared_exactly_and_other_bits_of_one_number_are_told()
    {
        using var scratch = new ScratchFolder();
        Write(scratch["a"], Longs("large", 1L << 53), Longs("mixed", (1L << 53) + 1, -7), TensorSource.FromFloats("nan", [1], new[] { float.NaN }), TensorSource.FromBytes("unsigned", ElementType.UInt64, [1], BitConverter.GetBytes(ulong.MaxValue)), TensorSource.FromFloats("zero", [2], new[] { 0f, 1f }));
        Write(scratch["b"], Longs("large", (1L << 53) + 1), Doubles("mixed", 1L << 53, -7), TensorSource.FromFloats("nan", [1], new[] { BitConverter.UInt32BitsToSingle(0x7fc00001) }), Longs("unsigned", -1), TensorSource.FromFloats("zero", [2], new[] { -0f, 1f }));
        Assert.Equal(
            [
                "large: 1 of 1 values differ, by up to 1",
                "mixed: I64 in the first, F64 in the second; 1 of 2 values differ, by up to 1",
                "nan: 1 of 1 values differ in their bits alone (0.0 and -0.0, or two forms of NaN)",
                "unsigned: U64 in the first, I64 in the second; 1 of 1 values differ, by up to 1.845E+19",
                "zero: 1 of 2 values differ in their bits alone (0.0 and -0.0, or two forms of NaN)",
            ],
            CheckpointComparison.Differences(scratch["a"], scratch["b"]));
    }

    [Fact]
    public void A_pair_is_listed_under_its_stored_keys()
    {
        var lines = CheckpointListing.Lines(GoldenPairs.Pickled).ToArray();
        Assert.Equal("image_model/", lines[0]);
        Assert.Contains("logit_scale  F32 []  4 bytes", lines);
        Assert.Contains("text_model/", lines);
        Assert.Contains("model.embed_tokens.weight  F16 [1000, 96]  192,000 bytes", lines);
        using var image = CheckpointFolder.Open(Path.Combine(GoldenPairs.Pickled, "image_model"));
        using var text = CheckpointFolder.Open(Path.Combine(GoldenPairs.Pickled, "text_model"));
        Assert.Equal(image.Tensors.Count + text.Tensors.Count + 3, lines.Length);
    }

    [Fact]
    public async Task A_folder_of_LlavaForConditionalGeneration_is_listed_under_its_stored_keys()
    {
        using var scratch = new ScratchFolder();
        await ConvertStage.RunAsync(new ConvertOptions(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]), SilentStageLog.Instance, default);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]), SilentStageLog.Instance, default);
        Assert.Contains("language_model.model.embed_tokens.weight  F16 [1024, 96]  196,608 bytes", CheckpointListing.Lines(scratch["lhf"]));
    }

    [Fact]
    public void A_listing_ends_with_totals()
    {
        var lines = CheckpointListing.Lines(Path.Combine(GoldenPairs.Pickled, "text_model")).ToArray();
        Assert.Equal("lm_head.weight  F16 [1000, 96]  192,000 bytes", lines[0]);
        Assert.Equal("30 tensors (30 F16), 441,504 parameters, 883,008 bytes", lines[^1]);
    }

    static TensorSource Longs(string name, params long[] values) => TensorSource.FromBytes(name, ElementType.Int64, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    static TensorSource Doubles(string name, params double[] values) => TensorSource.FromBytes(name, ElementType.Float64, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    static void Write(string folder, params TensorSource[] tensors) => new CheckpointWriter().Write(folder, CheckpointFormat.Safetensors, tensors);
}
