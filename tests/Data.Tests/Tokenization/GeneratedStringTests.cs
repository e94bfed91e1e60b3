using System.Text.Json;
using Llava.Data.Tokenization;

namespace Llava.Tests.Data.Tokenization;

public sealed class GeneratedStringTests
{
    /// <summary>Generated strings of all scripts, and what SentencePiece itself makes of them with a model of our own.</summary>
    [Fact]
    public void Every_generated_string_has_the_ids_of_SentencePiece_with_the_small_model()
    {
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require("small/model/hf_in/text_model"), LiteralTokens.AsText);
        foreach (var line in File.ReadLines(GoldenData.Require("tokenization/small_strings.jsonl")).Select(line => JsonDocument.Parse(line).RootElement))
            Assert.Equal(line.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), tokenizer.Encode(line.GetProperty("text").GetString()!));
    }
}
