using Llava.Data.Tokenization;
using Llava.Generate.Search;
using Llava.Tests;

namespace Llava.Generate.Tests.Search;

/// <summary>The search on a made-up language of six tokens, whose third one, eos in this tokenizer, ends an answer.</summary>
public sealed class BeamAnswerTests
{
    const int Vocabulary = 6;

    static readonly LlamaTokenizer Tokenizer = LlamaTokenizer.Load(GoldenData.Require("small/model/hf_in/text_model"));

    // Expected: an independent program of the rules of transformers' BeamSearchScorer on the same scores.
    [Theory]
    [InlineData(2, 9, 0, "5 2"), InlineData(2, 9, 1, "2")]
    [InlineData(2, 4, 3, "3 3 5 1"), InlineData(2, 9, 3, "3 3 5 3 1 4 1 2")]
    [InlineData(3, 4, 3, "3 3 4 4"), InlineData(3, 9, 3, "3 3 4 4 0 5 5 5 4")]
    [InlineData(5, 4, 0, "5 2"), InlineData(5, 9, 3, "3 3 4 4 0 5 5 5 4")]
    public void It_finds_what_the_reference_finds(int beams, int maximumNewTokens, int start, string expected)
    {
        var result = Search(new GenerationOptions { Beams = beams, MaximumNewTokens = maximumNewTokens }, start);

        Assert.Equal(expected, string.Join(' ', result.TokenIds));
        Assert.Equal(result.TokenIds[^1] != Tokenizer.EosId, result.IsCutOff);
    }

    [Fact]
    public void With_a_beam_for_every_beginning_no_answer_is_better()
    {
        const int length = 3;
        var all = Beginnings(length).Where(ids => ids.IndexOf(Tokenizer.EosId) is var eos && (eos < 0 ? ids.Count == length : eos == ids.Count - 1));
        var best = all.MaxBy(ids => LogProbability(3, ids) / ids.Count)!;

        Assert.Equal(best, Search(new GenerationOptions { Beams = 500, MaximumNewTokens = length }, start: 3).TokenIds);
    }

    static GenerationResult Search(GenerationOptions options, int start)
    {
        var search = new BeamAnswer(0, Tokenizer, options);
        List<List<int>> rows = [[start]];
        while (true)
        {
            search.Advance([.. rows.SelectMany(Logits)]);
            if (search.IsFinished)
                return search.ToResult();
            rows = [.. search.Rows.Select(row => rows[row.Parent].Append(row.Id).ToList())];
        }
    }

    static IEnumerable<List<int>> Beginnings(int length) => length == 0
        ? [[]]
        : Beginnings(length - 1).SelectMany(ids => Enumerable.Range(0, Vocabulary).Select(id => ids.Append(id).ToList()).Prepend(ids));

    static double LogProbability(int start, List<int> ids) => ids.Select((id, place) =>
    {
        var logits = Logits([start, .. ids.Take(place)]);
        return logits[id] - Math.Log(logits.Sum(logit => Math.Exp(logit)));
    }).Sum();

    static float[] Logits(IReadOnlyList<int> ids)
    {
        var state = ids.Aggregate(17, (sum, id) => (sum * 31 + id + 1) % 1009);
        return [.. Enumerable.Range(0, Vocabulary).Select(id => state * (id + 3) * 7 % 97 / 20f)];
    }
}
