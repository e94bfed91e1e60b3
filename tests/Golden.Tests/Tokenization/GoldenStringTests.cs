using System.Text.Json;
using Llava.Data.Tokenization;

namespace Llava.Golden.Tests.Tokenization;

/// <summary>Ids that Hugging Face's fast tokenizer gave for Llama-2's model.</summary>
public sealed class GoldenStringTests
{
    const string Part = "tokenization";

    [Fact]
    public void Every_string_has_the_ids_of_the_reference()
    {
        var tokenizer = TokenizerFolders.Load(TokenizerFolders.WithoutPad);
        Compare("strings", tokenizer, "strings.jsonl", "ids");
    }

    [Theory]
    [InlineData(LiteralTokens.AsText, "ids_sentencepiece")]
    [InlineData(LiteralTokens.Normalized, "ids_hf_fast_normalized_true")]
    [InlineData(LiteralTokens.Verbatim, "ids_hf_fast_normalized_false")]
    [InlineData(LiteralTokens.FromFiles, "ids_hf_fast_normalized_true")]
    public void Literal_special_tokens_follow_the_chosen_setting(LiteralTokens literals, string expected) =>
        Compare("strings with literal tokens", TokenizerFolders.Load(TokenizerFolders.WithPad, literals), "strings_special.jsonl", expected);

    [Theory]
    [InlineData(TokenizerFolders.WithoutPad, 2)]
    [InlineData(TokenizerFolders.WithPad, 0)]
    public void The_pad_id_is_the_pad_token_else_eos(string folder, int padId)
    {
        var tokenizer = TokenizerFolders.Load(folder);
        Assert.Equal((1, 2, 0, padId, 32000), (tokenizer.BosId, tokenizer.EosId, tokenizer.UnknownId, tokenizer.PadId, tokenizer.VocabularySize));
    }

    [Fact]
    public void Decoding_gives_back_every_string()
    {
        var tokenizer = TokenizerFolders.Load(TokenizerFolders.WithoutPad, LiteralTokens.AsText);
        Comparison.Each(Part, "strings decoded", Lines("strings.jsonl"), line =>
        {
            var text = line.GetProperty("text").GetString()!;
            Assert.Equal(text.Replace(LlamaTokenizer.SpaceMark, ' '), tokenizer.Decode(tokenizer.Encode(text)));
            return 1;
        });
    }

    static void Compare(string what, LlamaTokenizer tokenizer, string file, string expected) => Comparison.Each(Part, what, Lines(file), line =>
    {
        Assert.Equal<int[]>(line.Integers(expected), [tokenizer.BosId, .. tokenizer.Encode(line.GetProperty("text").GetString()!)]);
        return 1;
    });

    static IEnumerable<JsonElement> Lines(string file) => JsonLines.Read(GoldenSet.Require($"{Part}/{file}"));
}
