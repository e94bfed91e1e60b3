using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// MME: two yes/no questions on each picture. A category's points are its accuracy plus the share of pictures with both right, in
/// per cent each; the headline is the sum over the ten categories of perception.
/// Answers: <c>answers.jsonl</c> with the folder <c>MME_Benchmark_release_version</c> as annotations, or the folder of
/// results (<c>&lt;category&gt;.txt</c>: picture, question, truth, answer) that the benchmark's own script reads.
/// </summary>
sealed class Mme : Benchmark
{
    static readonly string[] Perception = ["existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark", "artwork", "OCR"];
    static readonly string[] Cognition = ["commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning"];

    public override string Name => "mme";

    public override string Title => "MME perception";

    public override PublishedScore Published => new(1510.7, 1531.3);

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => LlavaQuestionFile.Read(path, suffix);

    internal override string? WhyUnscored(ScoringInput input) =>
        base.WhyUnscored(input) ?? (input.IsPartial && !Categories(input).Keys.Intersect(Perception).Any() ? "the limit leaves no picture of perception, whose points are the headline" : null);

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var categories = Categories(input);
        var perception = Perception.Where(categories.ContainsKey).ToArray();
        var cognition = Cognition.Where(categories.ContainsKey).ToArray();
        var parts = perception.Concat(cognition).Select(name => (name, Points(categories[name]))).ToList();
        var interval = Bootstrap.Of(
            [.. perception.Select(name => categories[name].Length)],
            drawn => perception.Select((name, index) => Points(drawn[index].Select(i => categories[name][i]))).Sum());
        return new BenchmarkScore(
            "points",
            perception.Sum(name => Points(categories[name])),
            2 * perception.Sum(name => categories[name].Length),
            interval,
            [.. parts, ("cognition", cognition.Sum(name => Points(categories[name])))],
            [.. perception.SelectMany(name => categories[name].SelectMany(pair => pair.Items))])
        {
            ItemMetric = "accuracy",
        };
    }

    static Dictionary<string, ImagePair[]> Categories(ScoringInput input)
    {
        var results = input.Answers is null && Directory.Exists(input.AnswersPath)
            ? MmeResults.ReadFolder(input.AnswersPath)
            : MmeResults.Join(input.ReadAnswers(), input.AnswersPath, input.Annotations, input.IsPartial);
        // A limit may come between the two questions of the last picture.
        if (input.IsPartial && results.Count > 0 && results.Count(result => IsOf(result, results[^1])) == 1)
            results = [.. results.SkipLast(1)];
        var categories = results.GroupBy(result => result.Category).ToDictionary(group => group.Key, group => Pairs(group, input.AnswersPath));
        RequireKnown(categories.Keys, input);
        return categories;
    }

    static bool IsOf(MmeResult result, MmeResult other) => (result.Category, result.Image) == (other.Category, other.Image);

    static void RequireKnown(IEnumerable<string> categories, ScoringInput input)
    {
        var given = categories.ToList();
        var all = Perception.Concat(Cognition).ToList();
        if (given.Find(name => !all.Contains(name)) is { } unknown)
            throw ErrorCatalog.AnnotationsDoNotFit.Fails(input.AnswersPath, $"\"{unknown}\" is no category of MME");
        var missing = Perception.Except(given).ToList();
        if (missing.Count > 0 && !input.IsPartial)
            throw ErrorCatalog.MissingAnswers.Fails(input.AnswersPath, $"there is no answer in {string.Join(", ", missing)}: the headline is a sum over all of perception");
    }

    static ImagePair[] Pairs(IEnumerable<MmeResult> results, string path) =>
        [.. results.Chunk(2).Select(pair => pair is [var first, var second] && first.Image == second.Image
            ? new ImagePair(first, second)
            : throw ErrorCatalog.AnnotationsDoNotFit.Fails(path, $"{pair[0].Category}: {pair[0].Image} does not have its two questions one after the other"))];

    static double Points(IEnumerable<ImagePair> pairs)
    {
        var (count, right, bothRight) = (0, 0, 0);
        foreach (var pair in pairs)
        {
            count++;
            right += (pair.First.IsRight ? 1 : 0) + (pair.Second.IsRight ? 1 : 0);
            bothRight += pair.First.IsRight && pair.Second.IsRight ? 1 : 0;
        }
        return count == 0 ? 0 : (double)right / (2 * count) * 100 + (double)bothRight / count * 100;
    }

    readonly record struct ImagePair(MmeResult First, MmeResult Second)
    {
        public IEnumerable<ScoredItem> Items => [Item(First), Item(Second)];

        // By what was asked: two runs need not have asked in one order.
        static ScoredItem Item(MmeResult result) => new($"{result.Category}/{result.Image}/{result.Question}", result.IsRight ? 1 : 0);
    }
}
