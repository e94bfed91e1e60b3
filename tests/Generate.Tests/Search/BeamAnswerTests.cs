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

    // Languages, beams and lengths drawn at random, against the rules written down as plainly as can be.
    [Fact]
    public void On_any_language_it_finds_what_the_rules_say()
    {
        var random = new Random(3);
        var (cutOff, ended) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            var (beams, most, seed) = (random.Next(2, 7), random.Next(1, 9), random.Next());
            float[] Drawn(IReadOnlyList<int> ids)
            {
                var language = new Random(ids.Aggregate(seed, (sum, id) => unchecked(sum * 31 + id + 1)));
                return [.. Enumerable.Range(0, Vocabulary).Select(_ => (float)(4 * language.NextDouble()))];
            }
            var expected = ByTheRules(beams, most, Drawn);
            var result = Search(new GenerationOptions { Beams = beams, MaximumNewTokens = most }, start: 1, Drawn);
            Assert.Equal(expected, result.TokenIds);
            (cutOff, ended) = result.IsCutOff ? (cutOff + 1, ended) : (cutOff, ended + 1);
        }
        Assert.True(cutOff > 50 && ended > 50, $"{cutOff} cut off, {ended} ended");
    }

    /// <summary>
    /// The rules of transformers' beam search (length penalty 1, early stopping off): all continuations sorted, the best 2n looked at; those among
    /// the first n that end are finished answers, of which the n best by mean log probability are kept; the first n that do not end go on; over when
    /// the worst of n finished answers is at least as good as the best continuation's mean, or at the longest length, where the open ones count too.
    /// </summary>
    static int[] ByTheRules(int beams, int mostTokens, Func<IReadOnlyList<int>, float[]> logits)
    {
        List<(int[] Ids, double Sum)> open = [([], 0)];
        List<(int[] Ids, double Mean)> finished = [];
        for (var length = 1; length <= mostTokens; length++)
        {
            var best = open.SelectMany(beam =>
            {
                var scores = logits([1, .. beam.Ids]);
                var total = Math.Log(scores.Sum(score => Math.Exp(score)));
                return scores.Select((score, id) => (Ids: (int[])[.. beam.Ids, id], Sum: beam.Sum + score - total));
            }).OrderByDescending(beam => beam.Sum).Take(2 * beams).ToList();
            finished.AddRange(best.Take(beams).Where(Ends).Select(Finished));
            finished = [.. finished.OrderByDescending(beam => beam.Mean).Take(beams)];
            open = [.. best.Where(beam => !Ends(beam)).Take(beams)];
            if (finished.Count == beams && finished[^1].Mean >= best[0].Sum / length)
                return finished[0].Ids;
        }
        return finished.Concat(open.Select(Finished)).MaxBy(beam => beam.Mean).Ids;

        static bool Ends((int[] Ids, double Sum) beam) => beam.Ids[^1] == Tokenizer.EosId;
        static (int[] Ids, double Mean) Finished((int[] Ids, double Sum) beam) => (beam.Ids, beam.Sum / beam.Ids.Length);
    }

    [Fact]
    public void A_stop_string_ends_a_beam_as_eos_does()
    {
        // The letters of a stop string, one token each; the answer that holds it is the most probable.
        int[] letters = [.. "ab".Select(letter => Tokenizer.FindPiece($"{letter}")!.Value)];
        var search = new BeamAnswer(0, Tokenizer, new GenerationOptions { Beams = 2, MaximumNewTokens = 5, StopStrings = ["ab"] });
        for (var step = 0; !search.IsFinished; step++)
        {
            var wanted = letters[Math.Min(step, 1)];
            var logits_V = Enumerable.Range(0, Tokenizer.VocabularySize).Select(id => id == wanted ? 20f : id == letters[0] ? 5f : 0f).ToArray();
            search.Advance([.. Enumerable.Range(0, step == 0 ? 1 : search.Rows.Count).SelectMany(_ => logits_V)]);
        }

        Assert.Equal(letters, search.ToResult().TokenIds);
        Assert.Equal(("", false), (search.ToResult().Text, search.ToResult().IsCutOff));
        Assert.Equal("", search.NextPiece());
    }

    static GenerationResult Search(GenerationOptions options, int start, Func<IReadOnlyList<int>, float[]>? language = null)
    {
        var search = new BeamAnswer(0, Tokenizer, options);
        List<List<int>> rows = [[start]];
        while (true)
        {
            search.Advance([.. rows.SelectMany(language ?? Logits)]);
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
