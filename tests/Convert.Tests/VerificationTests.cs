using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion.Tests;

public sealed class VerificationTests
{
    [Fact]
    public async Task A_verified_conversion_says_how_far_the_logits_of_source_and_result_are_apart()
    {
        using var scratch = new ScratchFolder();
        await ConvertAsync(new ConvertOptions(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]) { Verify = true });
        await ConvertAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]) { Verify = true });
        foreach (var folder in new[] { "cs", "hf" })
        {
            using var certificate = JsonDocument.Parse(File.ReadAllBytes(scratch[$"{folder}/conversion.json"]));
            var verification = certificate.RootElement.GetProperty("verification");
            Assert.Equal(49, verification.GetProperty("positions").GetInt64());
            Assert.InRange(verification.GetProperty("largest_logit").GetDouble(), 1, 100);
            Assert.InRange(verification.GetProperty("largest_logit_difference").GetDouble(), 0, 1e-4);
            Assert.Equal(folder == "cs", verification.TryGetProperty("projector", out _));
        }
    }

    [Theory]
    [InlineData("text_model.transformer_decoder.layers.1.self_attn.proj_q_dense_layer.weight")]
    [InlineData("text_model.transformer_decoder.layers.0.self_attn.proj_k_dense_layer.weight")]
    [InlineData("image_model.embedding_layer.position_embeddings.weight")]
    public async Task Rows_left_in_the_sources_order_are_found(string name)
    {
        using var scratch = new ScratchFolder();
        await ConvertAsync(new ConvertOptions(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]));
        using var source = LlavaCheckpoint.Open(GoldenPairs.Pickled);
        var origin = ((MappedCheckpoint)source.Tensors).OriginOf(source.Tensors.Get(name));
        Replace(scratch["cs"], name, origin.Reader.ReadBytes(origin.Source.Name));

        using var converted = CheckpointFolder.Open(scratch["cs"]);
        var (_, projector) = CheckpointMapping.ToHuggingFace(converted, ModelDimensions.Of(source.Config));
        using var before = LogitProbe.HuggingFace(Path.Combine(GoldenPairs.Pickled, "image_model"), Path.Combine(GoldenPairs.Pickled, "text_model"), source.Config, projector);
        using var after = LogitProbe.ModelZoo(scratch["cs"], scratch["cs/config.yaml"]);
        var error = Assert.Throws<DiagnosticException>(() => LogitVerification.Compare(before, after, source.Config, scratch["cs"], drawnProjector: true, default));
        Assert.Matches("error LLAVA4015: logits differ from the source's by up to [0-9.]+; rounding explains 0.000[0-9]+$", error.Message);
    }

    [Fact]
    public async Task The_certificate_lists_the_settings_that_the_target_has_no_place_for()
    {
        using var scratch = new ScratchFolder();
        await ConvertAsync(new ConvertOptions(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]));
        await ConvertAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]));
        Assert.Contains("image_model/config.json projection_dim 48 -> 512", NotCarried(scratch["cs"]));
        Assert.Contains("text_model/config.json torch_dtype float16 -> ", NotCarried(scratch["cs"]));
        Assert.DoesNotContain(NotCarried(scratch["cs"]), line => line.Contains("hidden_size", StringComparison.Ordinal));
        Assert.Empty(NotCarried(scratch["hf"]));
    }

    static string[] NotCarried(string folder)
    {
        using var certificate = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "conversion.json")));
        return [.. certificate.RootElement.GetProperty("config_not_carried").EnumerateArray().Select(entry => $"{entry.GetProperty("file")} {entry.GetProperty("key")} {entry.GetProperty("value")} -> {entry.GetProperty("converted_back")}")];
    }

    static void Replace(string folder, string name, byte[] bytes)
    {
        TensorSource[] tensors;
        using (var reader = CheckpointFolder.Open(folder))
            tensors = [.. reader.Tensors.Select(tensor => TensorSource.FromBytes(tensor.Name, tensor.ElementType, tensor.Shape, tensor.Name == name ? bytes : reader.ReadBytes(tensor.Name)))];
        new CheckpointWriter().Write(folder, CheckpointFormat.Safetensors, tensors);
    }

    static Task ConvertAsync(ConvertOptions options) => ConvertStage.RunAsync(options, SilentStageLog.Instance, default);
}
