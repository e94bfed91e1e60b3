using CsCheck;
using Llava.Data.Tokenization;

namespace Llava.Tests.Data.Tokenization;

/// <summary>With the small model of our own (byte fallback, 1 000 pieces).</summary>
public sealed class LlamaTokenizerTests
{
    static readonly LlamaTokenizer Tokenizer = LlamaTokenizer.Load(GoldenData.Require("small/model/hf_in/text_model"), LiteralTokens.AsText);

    [Fact]
    public void An_empty_text_has_no_ids() => Assert.Empty(Tokenizer.Encode(""));

    [Fact]
    public void Encoding_appends_to_the_list()
    {
        List<int> ids = [7];
        Tokenizer.Encode("a b", ids);
        Assert.Equal([7, .. Tokenizer.Encode("a b")], ids);
    }

    [Fact]
    public void Any_text_decodes_to_itself() => Gen.String.Sample(text =>
        Assert.Equal(WithoutLoneSurrogates(text).Replace(LlamaTokenizer.SpaceMark, ' '), Tokenizer.Decode(Tokenizer.Encode(text))));

    [Fact]
    public void Two_lines_have_the_ids_of_each_with_the_line_break_between()
    {
        int[] lineBreak = [Tokenizer.FindPiece("<0x0A>")!.Value];
        Gen.Char['!', '~'].Array.Select(characters => new string(characters)).Where(line => line.Length > 0).Sample(line =>
            Assert.Equal([.. Tokenizer.Encode(line), .. lineBreak], Tokenizer.Encode(line + "\n")));
    }

    [Fact]
    public void Many_threads_get_the_same_ids()
    {
        string[] texts = [.. Enumerable.Range(0, 400).Select(number => $"the {number} bars of chart{number % 7} are colour-{number * number}, \u65E5{(char)(0x4E00 + number)}")];
        int[][] expected = [.. texts.Select(LlamaTokenizer.Load(GoldenData.Require("small/model/hf_in/text_model"), LiteralTokens.AsText).Encode)];
        Parallel.For(0, 8, _ =>
        {
            for (var index = 0; index < texts.Length; index++)
                Assert.Equal(expected[index], Tokenizer.Encode(texts[index]));
        });
    }

    [Fact]
    public void A_word_of_a_million_letters_is_no_trouble()
    {
        var ids = Tokenizer.Encode(string.Concat(Enumerable.Repeat("etaoin", 170_000)));
        Assert.Equal(1_020_000, Tokenizer.Decode(ids).Length);
    }

    [Fact]
    public void Bytes_that_spell_no_character_decode_to_one_replacement_each() =>
        Assert.Equal("\uFFFD\uFFFDa", Tokenizer.Decode([Byte("E2"), Byte("82"), Tokenizer.FindPiece("a")!.Value]));

    static int Byte(string hexadecimal) => Tokenizer.FindPiece($"<0x{hexadecimal}>")!.Value;

    static string WithoutLoneSurrogates(string text) => string.Concat(text.EnumerateRunes());
}
