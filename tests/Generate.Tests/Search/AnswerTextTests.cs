using Llava.Data.Tokenization;
using Llava.Generate.Search;
using Llava.Tests;

namespace Llava.Generate.Tests.Search;

public sealed class AnswerTextTests
{
    const string Mixed = "Größe 3 €, 中文字 and 👩‍👩‍👧 🇨🇭";

    static readonly LlamaTokenizer Tokenizer = LlamaTokenizer.Load(GoldenData.Require("small/model/hf_in/text_model"));

    [Theory]
    [InlineData("A bar chart of 2016, in blue.")]
    [InlineData("  two spaces\nand a line  end \n ")]
    [InlineData(Mixed)]
    public void The_pieces_add_up_to_the_answer_and_hold_whole_characters(string said)
    {
        var pieces = Pieces(Tokenizer.Encode(said), []);

        Assert.Equal(said.Trim(), string.Concat(pieces));
        Assert.True(pieces.Count > 3);
        Assert.All(pieces, piece => Assert.DoesNotContain('\uFFFD', piece));
        Assert.All(pieces, piece => Assert.False(char.IsLowSurrogate(piece[0]) || char.IsHighSurrogate(piece[^1])));
    }

    [Fact]
    public void Any_ids_give_the_text_that_the_tokenizer_makes_of_all_of_them_at_once()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            // Half of them bytes, so that characters begin, end and break off anywhere; control tokens among the others.
            int[] ids = [.. Enumerable.Range(0, 60).Select(_ => random.Next(2) == 0 ? Byte(random.Next(256)) : random.Next(Tokenizer.VocabularySize))];
            var text = new AnswerText(Tokenizer, new StopStrings([]));
            var told = "";
            for (var count = 1; count <= ids.Length; count++)
            {
                text.Add(ids[count - 1]);
                told += text.NextPiece(isFinished: false);
                Assert.Equal(Tokenizer.Decode(ids[..count]).Trim(), text.Whole());
                Assert.StartsWith(told, text.Whole(), StringComparison.Ordinal);
            }
            Assert.Equal(Tokenizer.Decode(ids).Trim(), told + text.NextPiece(isFinished: true));
        }
    }

    [Fact]
    public void A_token_costs_no_more_after_4000_others()
    {
        int[] ids = [.. Enumerable.Repeat(Tokenizer.Encode(Mixed + " and so on, "), 200).SelectMany(part => part).Take(4000)];
        Assert.Equal(4000, ids.Length);
        Tell(ids[..500]);

        var pieces = Pieces(ids, ["never said", "中文x"]);

        Assert.Equal(Tokenizer.Decode(ids).Trim(), string.Concat(pieces));
        // Bytes allocated, because they are the same on every machine: 8 times the tokens. It was 64 times with all decoded anew at each token.
        Assert.InRange((double)Tell(ids) / Tell(ids[..500]), 4, 12);
    }

    [Fact]
    public void Bytes_that_spell_no_character_become_a_replacement_at_the_end()
    {
        var text = new AnswerText(Tokenizer, new StopStrings([]));
        foreach (var id in Tokenizer.Encode("中")[..^1])
            text.Add(id);
        Assert.Equal("", text.NextPiece(isFinished: false));
        Assert.Equal("\uFFFD\uFFFD", text.NextPiece(isFinished: true));
    }

    [Theory]
    [InlineData("red and blue USER: next", "USER:", "red and blue")]
    [InlineData("one US two", "USER:", "one US two")]
    [InlineData("a ### b", "###", "a")]
    [InlineData("costs 3 中€ more", "中€", "costs 3")]
    [InlineData("costs 3 中文 more", "中€", "costs 3 中文 more")]
    public void Nothing_of_a_stop_string_is_told_not_even_of_one_whose_bytes_are_tokens(string said, string stop, string expected) =>
        Assert.Equal(expected, string.Concat(Pieces(Tokenizer.Encode(said), [stop, "never"])));

    [Fact]
    public void Of_several_stop_strings_the_first_in_the_text_counts()
    {
        // One token brings both.
        var piece = Enumerable.Range(0, Tokenizer.VocabularySize).First(id => Tokenizer.Piece(id) is { Length: > 3 } text && text.All(char.IsAsciiLetterLower));
        var (start, end) = (Tokenizer.Piece(piece)[..1], Tokenizer.Piece(piece)[2..]);
        Assert.Equal("7", string.Concat(Pieces([.. Tokenizer.Encode("7"), piece], [end, start])));
    }

    static int Byte(int value) => Tokenizer.FindPiece(FormattableString.Invariant($"<0x{value:X2}>"))!.Value;

    static long Tell(int[] ids)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Pieces(ids, ["never said"]);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    // As an answer is made: it ends with the first stop string.
    static List<string> Pieces(int[] ids, string[] stops)
    {
        var text = new AnswerText(Tokenizer, new StopStrings(stops));
        var pieces = new List<string>();
        foreach (var id in ids)
        {
            text.Add(id);
            if (text.HasStop)
                break;
            pieces.Add(text.NextPiece(isFinished: false));
        }
        pieces.Add(text.NextPiece(isFinished: true));
        return [.. pieces.Where(piece => piece.Length > 0)];
    }
}
