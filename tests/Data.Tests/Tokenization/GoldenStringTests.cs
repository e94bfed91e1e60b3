using System.Text.Json;
using Llava.Data.Tokenization;

namespace Llava.Tests.Data.Tokenization;

/// <summary>Ids that Hugging Face's fast tokenizer gave for Llama-2's model.</summary>
public sealed class GoldenStringTests
{
    [Fact]
    public void Every_golden_string_has_the_ids_of_the_reference()
    {
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require("tokenization/llama2_pad_none"));
        foreach (var line in Lines("tokenization/strings.jsonl"))
            Assert.Equal(IdsOf(line, "ids"), Encode(tokenizer, line));
    }

    /// <summary>Generated strings of all scripts, and what SentencePiece itself makes of them with a model of our own.</summary>
    [Fact]
    public void Every_generated_string_has_the_ids_of_SentencePiece_with_the_small_model()
    {
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require("small/model/hf_in/text_model"), LiteralTokens.AsText);
        foreach (var line in Lines("tokenization/small_strings.jsonl"))
            Assert.Equal(IdsOf(line, "ids"), tokenizer.Encode(line.GetProperty("text").GetString()!));
    }

    [Theory]
    [InlineData(LiteralTokens.AsText, "ids_sentencepiece")]
    [InlineData(LiteralTokens.Normalized, "ids_hf_fast_normalized_true")]
    [InlineData(LiteralTokens.Verbatim, "ids_hf_fast_normalized_false")]
    [InlineData(LiteralTokens.FromFiles, "ids_hf_fast_normalized_true")]
    public void Literal_special_tokens_follow_the_chosen_setting(LiteralTokens literals, string expected)
    {
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require("tokenization/llama2_pad_unk"), literals);
        foreach (var line in Lines("tokenization/strings_special.jsonl"))
            Assert.Equal(IdsOf(line, expected), Encode(tokenizer, line));
    }

    [Theory]
    [InlineData("llama2_pad_none", 2)]
    [InlineData("llama2_pad_unk", 0)]
    public void The_pad_id_is_the_pad_token_else_eos(string folder, int padId)
    {
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require($"tokenization/{folder}"));
        Assert.Equal((1, 2, 0, padId, 32000), (tokenizer.BosId, tokenizer.EosId, tokenizer.UnknownId, tokenizer.PadId, tokenizer.VocabularySize));
    }

    [Fact]
    public void Decoding_gives_back_every_golden_string()
    {
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require("tokenization/llama2_pad_none"), LiteralTokens.AsText);
        foreach (var text in Lines("tokenization/strings.jsonl").Select(line => line.GetProperty("text").GetString()!))
            Assert.Equal(text.Replace(LlamaTokenizer.SpaceMark, ' '), tokenizer.Decode(tokenizer.Encode(text)));
    }

    static IEnumerable<JsonElement> Lines(string path) =>
        File.ReadLines(GoldenData.Require(path)).Select(line => JsonDocument.Parse(line).RootElement);

    static int[] IdsOf(JsonElement line, string name) => [.. line.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

    static int[] Encode(LlamaTokenizer tokenizer, JsonElement line) =>
        [tokenizer.BosId, .. tokenizer.Encode(line.GetProperty("text").GetString()!)];
}
