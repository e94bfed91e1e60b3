using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Model.Checkpoints;
using static Llava.Conversion.Tests.Conversions;

namespace Llava.Conversion.Tests;

/// <summary>Sources that are not of the format that they are said to be, and arguments that ask for nothing.</summary>
public sealed class SourceFormatTests
{
    const string NoPair = "error LLAVA1009: an hf source is a folder with image_model/ and text_model/; if this is a checkpoint of ModelZoo's, give --src-fmt cs-2.3";

    [Theory]
    [InlineData(ModelFormat.ModelZoo)]
    [InlineData(ModelFormat.LlavaHf)]
    public async Task A_checkpoint_of_another_format_is_no_pair(ModelFormat target)
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]), SilentStageLog.Instance, default);
        foreach (var (source, message) in new[] { ("cs", NoPair), ("cs/model.safetensors", NoPair), ("lhf", "error LLAVA1009: this is a llava-hf folder; give --src-fmt llava-hf") })
            Assert.Equal($"{scratch[source]}: {message}", await ProblemAsync(new ConvertOptions(scratch[source], ModelFormat.HuggingFace, target, scratch["out"])));
        Assert.False(Directory.Exists(scratch["out"]));
    }

    [Fact]
    public async Task The_text_folder_of_an_export_alone_is_a_pair()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        await ExportAsync(scratch["cs"], scratch["hf"]);
        await ImportAsync(scratch["hf/text_model_llava"], scratch["back"]);
        Assert.Equal(File.ReadAllBytes(scratch["cs/model.safetensors"]), File.ReadAllBytes(scratch["back/model.safetensors"]));
    }

    [Fact]
    public async Task A_pair_without_its_language_model_is_named()
    {
        using var scratch = new ScratchFolder();
        Directory.Delete(Path.Combine(GoldenPairs.InSafetensors(scratch), "text_model"), recursive: true);
        Assert.Equal(
            $"{scratch.Path}: error LLAVA1001: beside image_model/ the language model's folder is missing: text_model/ or text_model_llava/",
            await ProblemAsync(new ConvertOptions(scratch.Path, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["out"])));
    }

    [Theory]
    [InlineData(ModelFormat.HuggingFace, ModelFormat.ModelZoo)]
    [InlineData(ModelFormat.ModelZoo, ModelFormat.HuggingFace)]
    [InlineData(ModelFormat.LlavaHf, ModelFormat.HuggingFace)]
    public async Task A_source_that_is_not_there_is_one_error(ModelFormat from, ModelFormat to)
    {
        using var scratch = new ScratchFolder();
        Assert.Equal(
            $"{scratch["nothing"]}: error LLAVA1001: there is no such model: no file or folder of this name",
            await ProblemAsync(new ConvertOptions(scratch["nothing"], from, to, scratch["out"])));
    }

    [Fact]
    public async Task Empty_arguments_are_named_all_at_once()
    {
        var options = new ConvertOptions("", ModelFormat.ModelZoo, ModelFormat.HuggingFace, "") { ConfigPath = "", TokenizerFolder = "", VisionTower = "" };
        Assert.Equal(
            string.Join(Environment.NewLine, new[] { "the source", "--output", "--config", "--tokenizer", "--vision-tower" }.Select(name => $"llava: error LLAVA1009: {name} is empty")),
            await ProblemAsync(options));
    }

    [Theory]
    [InlineData(ModelFormat.HuggingFace, ModelFormat.ModelZoo, "--config has no effect: an hf source has its own configuration", "--tokenizer has no effect: cs-2.3 carries the tokenizer beside the source, if there is one", "--vision-tower has no effect: cs-2.3 has no mm_vision_tower")]
    [InlineData(ModelFormat.ModelZoo, ModelFormat.LlavaHf, "--vision-tower has no effect: llava-hf has no mm_vision_tower")]
    public async Task Options_without_effect_are_refused(ModelFormat from, ModelFormat to, params string[] messages)
    {
        using var scratch = new ScratchFolder();
        var options = new ConvertOptions(GoldenPairs.Pickled, from, to, scratch["out"]) { ConfigPath = "a.yaml", TokenizerFolder = "tokenizer", VisionTower = "tower" };
        Assert.Equal(string.Join(Environment.NewLine, messages.Select(message => $"llava: error LLAVA1009: {message}")), await ProblemAsync(options));
    }

    [Fact]
    public async Task A_pair_without_a_projector_is_sent_through_the_format_that_draws_one()
    {
        using var scratch = new ScratchFolder();
        Assert.Equal(
            $"{GoldenPairs.Pickled}: error LLAVA4007: the source has no projector; convert it to cs-2.3 first, which draws one",
            await ProblemAsync(new ConvertOptions(GoldenPairs.Pickled, ModelFormat.HuggingFace, ModelFormat.LlavaHf, scratch["out"])));
    }

    [Fact]
    public async Task Whole_numbers_as_token_tables_are_refused_before_an_earlier_conversion_is_touched()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        StoredTensors.Retype(scratch["cs"], "text_model.lm_head.weight", ElementType.Int8);
        await AssertRefusedUntouchedAsync(
            scratch,
            new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["out"]),
            "text_model.lm_head.weight I8 [1000, 96] is not of floating point: no rows for added tokens can be drawn like its own");
    }

    [Fact]
    public async Task Types_that_a_torch_file_lacks_are_refused_before_an_earlier_conversion_is_touched()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        StoredTensors.Retype(scratch["cs"], "text_model.lm_head.weight", ElementType.UInt16);
        await AssertRefusedUntouchedAsync(
            scratch,
            new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["out"]) { Container = CheckpointFormat.Bin },
            "lm_head.weight U16 [1000, 96] has no place in a torch file; write safetensors");
    }

    static async Task AssertRefusedUntouchedAsync(ScratchFolder scratch, ConvertOptions options, string message)
    {
        Directory.CreateDirectory(scratch["out"]);
        File.WriteAllText(scratch["out/conversion.json"], "{}");
        Assert.Equal($"{scratch["cs/model.safetensors"]}: error LLAVA4004: {message}", await ProblemAsync(options));
        Assert.Equal(["conversion.json"], Files(scratch["out"]));
    }

    static async Task<string> ProblemAsync(ConvertOptions options) =>
        (await Assert.ThrowsAsync<DiagnosticException>(() => ConvertStage.RunAsync(options, SilentStageLog.Instance, default))).Message;
}
