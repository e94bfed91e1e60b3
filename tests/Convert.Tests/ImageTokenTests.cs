using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Model.Checkpoints;
using static Llava.Conversion.Tests.Conversions;

namespace Llava.Conversion.Tests;

/// <summary>Where a <c>llava-hf</c> model has its token <c>&lt;image&gt;</c>: what lies behind it is left out, and must not be the model's own.</summary>
public sealed class ImageTokenTests
{
    [Theory]
    [InlineData("image_token_index", "900", "text_config.vocab_size is 1024, but image_token_index is 900: tokens of the language model's own behind <image> would be lost")]
    [InlineData("image_token_index", "958", "text_config.vocab_size is 1024, but image_token_index is 958: tokens of the language model's own behind <image> would be lost")]
    [InlineData("text_config.eos_token_id", "1000", "text_config.eos_token_id is 1000, but image_token_index is 1000: the token that ends an answer would be lost")]
    [InlineData("text_config.eos_token_id", "[2,1003]", "text_config.eos_token_id is [2,1003], but image_token_index is 1000: the token that ends an answer would be lost")]
    public async Task Trained_tokens_behind_it_are_refused(string key, string value, string message)
    {
        using var scratch = new ScratchFolder();
        await ExportedAsync(scratch);
        Set(scratch["lhf/config.json"], key, value);
        Assert.Equal($"{scratch["lhf/config.json"]}: error LLAVA4011: {message}", await ProblemAsync(scratch));
    }

    [Fact]
    public async Task Rows_that_the_configuration_does_not_count_are_refused()
    {
        using var scratch = new ScratchFolder();
        await ExportedAsync(scratch);
        StoredTensors.Change(scratch["lhf"], tensor => tensor.Info.Name == "language_model.lm_head.weight" ? TensorSource.FromFloats(tensor.Info.Name, [1025, 96], new float[1025 * 96]) : tensor);
        Assert.Equal(
            $"{scratch["lhf/model.safetensors"]}: error LLAVA4011: the rows of language_model.lm_head.weight are 1025, but image_token_index is 1000: tokens of the language model's own behind <image> would be lost",
            await ProblemAsync(scratch));
    }

    // 32000 tokens, <image> behind them, 32064 rows: as llava-hf/llava-1.5-7b-hf; the smallest gap is <image> alone.
    [Theory]
    [InlineData("image_token_index", "1000")]
    [InlineData("image_token_index", "1022")]
    [InlineData("text_config.vocab_size", "1001")]
    [InlineData("text_config.eos_token_id", "[2, 999]")]
    public async Task Rows_for_added_tokens_and_the_filling_are_left_out(string key, string value)
    {
        using var scratch = new ScratchFolder();
        await ExportedAsync(scratch);
        Set(scratch["lhf/config.json"], key, value);
        await ConvertAsync(scratch);
        using var back = CheckpointFolder.Open(scratch["back"]);
        Assert.Equal(key == "image_token_index" ? int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : 1000, back.Get("text_model.lm_head.weight").Rows);
    }

    static async Task ExportedAsync(ScratchFolder scratch)
    {
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]), SilentStageLog.Instance, default);
    }

    static void Set(string path, string key, string value)
    {
        var root = JsonNode.Parse(File.ReadAllText(path))!;
        var section = key.StartsWith("text_config.", StringComparison.Ordinal) ? root["text_config"]! : root;
        section[key.Split('.')[^1]] = JsonNode.Parse(value);
        File.WriteAllText(path, root.ToJsonString());
    }

    static async Task<string> ProblemAsync(ScratchFolder scratch) => (await Assert.ThrowsAsync<DiagnosticException>(() => ConvertAsync(scratch))).Message;

    static Task ConvertAsync(ScratchFolder scratch) =>
        ConvertStage.RunAsync(new ConvertOptions(scratch["lhf"], ModelFormat.LlavaHf, ModelFormat.ModelZoo, scratch["back"]), SilentStageLog.Instance, default);
}
