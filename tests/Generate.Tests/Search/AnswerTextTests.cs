using Llava.Data.Tokenization;
using Llava.Generate.Search;
using Llava.Tests;

namespace Llava.Generate.Tests.Search;

public sealed class AnswerTextTests
{
    static readonly LlamaTokenizer Tokenizer = LlamaTokenizer.Load(GoldenData.Require("small/model/hf_in/text_model"));

    [Theory]
    [InlineData("A bar chart of 2016, in blue.")]
    [InlineData("  two spaces\nand a line  end \n ")]
    [InlineData("Größe 3 €, 中文字 and 👩‍👩‍👧 🇨🇭")]
    public void The_pieces_add_up_to_the_answer_and_hold_whole_characters(string said)
    {
        var pieces = Pieces(said, []);

        Assert.Equal(said.Trim(), string.Concat(pieces));
        Assert.True(pieces.Count > 3);
        Assert.All(pieces, piece => Assert.DoesNotContain('\uFFFD', piece));
        Assert.All(pieces, piece => Assert.False(char.IsLowSurrogate(piece[0]) || char.IsHighSurrogate(piece[^1])));
    }

    [Fact]
    public void Bytes_that_spell_no_character_become_a_replacement_at_the_end()
    {
        var half = Tokenizer.Encode("中");
        var text = new AnswerText(Tokenizer, []);
        Assert.Equal("", text.NextPiece(half[..^1], isFinished: false));
        Assert.Contains('\uFFFD', text.NextPiece(half[..^1], isFinished: true));
    }

    [Theory]
    [InlineData("red and blue USER: next", "USER:", "red and blue")]
    [InlineData("one US two", "USER:", "one US two")]
    [InlineData("a ### b", "###", "a")]
    public void Nothing_of_a_stop_string_is_told(string said, string stop, string expected) =>
        Assert.Equal(expected, string.Concat(Pieces(said, [stop, "never"])));

    static List<string> Pieces(string said, string[] stops)
    {
        var ids = Tokenizer.Encode(said);
        var text = new AnswerText(Tokenizer, stops);
        var pieces = new List<string>();
        for (var count = 1; count <= ids.Length; count++)
            pieces.Add(text.NextPiece(ids[..count], text.HasStop(ids[..count])));
        pieces.Add(text.NextPiece(ids, isFinished: true));
        return [.. pieces.Where(piece => piece.Length > 0)];
    }
}
