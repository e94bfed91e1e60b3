using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using static Llava.Conversion.Tests.Conversions;

namespace Llava.Conversion.Tests;

/// <summary>The tokenizer that an export has to bring, and how many pieces it should have.</summary>
public sealed class ExportTokenizerTests
{
    [Fact]
    public async Task An_export_without_a_tokenizer_is_one_error_and_no_folder()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["a/cs"]);
        File.Delete(scratch["a/cs/tokenizer.model"]);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ExportAsync(scratch["a/cs"], scratch["hf"]));
        Assert.Equal($"{scratch["a/cs"]}: error LLAVA1001: no tokenizer beside the checkpoint; an exported model needs its files: give the folder with --tokenizer", error.Message);
        Assert.False(Directory.Exists(scratch["hf"]));
    }

    [Fact]
    public async Task A_tokenizer_of_another_length_is_a_warning()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        var log = new CollectedWarnings();
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]), log, default);
        Assert.Empty(log.Warnings);
        File.AppendAllText(scratch["cs/tokenizer.model"], "\n\0"); // one more piece, an empty one
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]), log, default);
        Assert.Equal([$"{scratch["cs/tokenizer.model"]}: warning LLAVA4014: 1001 pieces, but vocab_size is 1000; LLaVA's loader would resize the embeddings"], log.Warnings);
    }

    [Fact]
    public async Task Added_tokens_count_and_a_fast_tokenizer_alone_counts_too()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        File.WriteAllText(scratch["cs/added_tokens.json"], """{"<s>": 1, "<pad>": 1000, "<mask>": 1001}""");
        Assert.Equal([$"{scratch["cs/tokenizer.model"]}: warning LLAVA4014: 1002 pieces, 2 of them added, but vocab_size is 1000; LLaVA's loader would resize the embeddings"], await ExportWarningsAsync(scratch));
        File.Delete(scratch["cs/added_tokens.json"]);
        File.Delete(scratch["cs/tokenizer.model"]);
        File.WriteAllText(scratch["cs/tokenizer.json"], $$"""{"model": {"vocab": { {{string.Join(',', Enumerable.Range(0, 999).Select(id => $"\"{id}\": {id}"))}} } }, "added_tokens": [{"id": 0, "content": "0"}]}""");
        Assert.Equal([$"{scratch["cs/tokenizer.json"]}: warning LLAVA4014: 999 pieces, but vocab_size is 1000; LLaVA's loader would resize the embeddings"], await ExportWarningsAsync(scratch));
        File.WriteAllText(scratch["cs/tokenizer.json"], File.ReadAllText(scratch["cs/tokenizer.json"]).Replace("[{", "[{\"id\": 999, \"content\": \"<pad>\"}, {", StringComparison.Ordinal));
        Assert.Empty(await ExportWarningsAsync(scratch));
    }

    [Fact]
    public async Task Tokens_that_llava_hf_added_are_not_counted()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]), SilentStageLog.Instance, default);
        var log = new CollectedWarnings();
        await ConvertStage.RunAsync(new ConvertOptions(scratch["lhf"], ModelFormat.LlavaHf, ModelFormat.HuggingFace, scratch["hf"]), log, default);
        Assert.Empty(log.Warnings);
    }

    [Fact]
    public async Task A_tokenizer_that_is_none_is_found_before_anything_is_written()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        GoldenPairs.InSafetensors(scratch);
        foreach (var text in new[] { "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 499723\n", "" })
        {
            File.WriteAllText(scratch["cs/tokenizer.model"], text);
            File.WriteAllText(scratch["text_model/tokenizer.model"], text);
            foreach (var target in new[] { ModelFormat.HuggingFace, ModelFormat.LlavaHf })
                await AssertRefusedAsync(scratch, new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, target, scratch["out"]), $"{scratch["cs/tokenizer.model"]}: error LLAVA3021: not a SentencePiece model");
            await AssertRefusedAsync(scratch, new ConvertOptions(scratch.Path, ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["out"]), $"{scratch["text_model/tokenizer.model"]}: error LLAVA3021: not a SentencePiece model");
        }
    }

    [Fact]
    public async Task A_fast_tokenizer_without_a_vocabulary_is_found_before_anything_is_written()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        File.Delete(scratch["cs/tokenizer.model"]);
        File.WriteAllText(scratch["cs/tokenizer.json"], "{}");
        await AssertRefusedAsync(
            scratch,
            new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["out"]),
            $"{scratch["cs/tokenizer.json"]}: error LLAVA3021: not a tokenizer file: model.vocab is no vocabulary");
    }

    [Theory]
    [InlineData("added_tokens.json", """{"<mask>": 1000}""")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"0": {"content": "<unk>"}, "1000": {"content": "<mask>"}}}""")]
    public async Task An_added_token_with_the_number_of_the_image_is_refused(string file, string text)
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        File.WriteAllText(scratch[$"cs/{file}"], text);
        await AssertRefusedAsync(
            scratch,
            new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["out"]),
            $"{scratch["cs/tokenizer.model"]}: error LLAVA4014: 1001 pieces, 1 of them added, but vocab_size is 1000; <image> and <pad> would get numbers that are taken");
    }

    [Fact]
    public async Task What_llava_hf_added_to_a_tokenizers_files_is_taken_away_again()
    {
        using var scratch = new ScratchFolder();
        await ImportAsync(GoldenPairs.Pickled, scratch["cs"]);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]), SilentStageLog.Instance, default);
        Assert.Contains("\"padding_side\": \"left\"", File.ReadAllText(scratch["lhf/tokenizer_config.json"]), StringComparison.Ordinal);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["lhf"], ModelFormat.LlavaHf, ModelFormat.HuggingFace, scratch["hf"]), SilentStageLog.Instance, default);
        var expected = JsonNode.Parse(File.ReadAllText(scratch["cs/tokenizer_config.json"]))!;
        expected["pad_token"] = "<unk>";
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(File.ReadAllText(scratch["hf/text_model_llava/tokenizer_config.json"]))));
    }

    static async Task AssertRefusedAsync(ScratchFolder scratch, ConvertOptions options, string message)
    {
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => ConvertStage.RunAsync(options, SilentStageLog.Instance, default));
        Assert.Equal(message, error.Message);
        Assert.False(Directory.Exists(scratch["out"]));
    }

    static async Task<IReadOnlyList<string>> ExportWarningsAsync(ScratchFolder scratch)
    {
        var log = new CollectedWarnings();
        await ConvertStage.RunAsync(new ConvertOptions(scratch["cs"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]), log, default);
        return log.Warnings;
    }
}
