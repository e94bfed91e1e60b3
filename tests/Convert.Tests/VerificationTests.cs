using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Conversion.Inspection;
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

    [Theory]
    [InlineData("image_model", "vision_model.", "model.vision_model.")]
    [InlineData("image_model", "vision_model.", "model.")]
    [InlineData("image_model", "vision_model.", "")]
    [InlineData("text_model_llava", "model.mm_projector.", "model.model.mm_projector.")]
    [InlineData("text_model_llava", "model.mm_projector.", "mm_projector.")]
    [InlineData("text_model_llava", "model.layers.", "model.model.layers.")]
    [InlineData("text_model_llava", "lm_head.", "model.lm_head.")]
    public async Task A_pair_is_verified_under_every_spelling_that_converts(string folder, string prefix, string spelling)
    {
        using var scratch = new ScratchFolder();
        await ConvertAsync(new ConvertOptions(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]));
        await ConvertAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]));
        StoredTensors.Rename(scratch[$"hf/{folder}"], name => name.StartsWith(prefix, StringComparison.Ordinal) ? spelling + name[prefix.Length..] : name);
        await ConvertAsync(new ConvertOptions(scratch["hf"], ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["back"]) { Verify = true });
        Assert.Empty(CheckpointComparison.Differences(scratch["cs"], scratch["back"]));
    }

    static void Replace(string folder, string name, byte[] bytes) =>
        StoredTensors.Change(folder, tensor => tensor.Info.Name == name ? TensorSource.FromBytes(name, tensor.Info.ElementType, tensor.Info.Shape, bytes) : tensor);

    static Task ConvertAsync(ConvertOptions options) => ConvertStage.RunAsync(options, SilentStageLog.Instance, default);
}
