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

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var results = input.Answers is null && Directory.Exists(input.AnswersPath)
            ? MmeResults.ReadFolder(input.AnswersPath)
            : MmeResults.Join(input.ReadAnswers(), input.AnswersPath, input.Annotations, input.IsPartial);
        var categories = results.GroupBy(result => result.Category).ToDictionary(group => group.Key, group => Pairs(group, input.AnswersPath));
        RequireKnown(categories.Keys, input);
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
            [.. perception.SelectMany(name => categories[name].SelectMany((pair, index) => pair.Items($"{name}/{index}")))])
        {
            ItemMetric = "accuracy",
        };
    }

    void RequireKnown(IEnumerable<string> categories, ScoringInput input)
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
            ? new ImagePair(first.IsRight, second.IsRight)
            : throw ErrorCatalog.AnnotationsDoNotFit.Fails(path, $"{pair[0].Category}: {pair[0].Image} does not have its two questions one after the other"))];

    static double Points(IEnumerable<ImagePair> pairs)
    {
        var (count, right, bothRight) = (0, 0, 0);
        foreach (var pair in pairs)
        {
            count++;
            right += (pair.FirstIsRight ? 1 : 0) + (pair.SecondIsRight ? 1 : 0);
            bothRight += pair is (true, true) ? 1 : 0;
        }
        return count == 0 ? 0 : (double)right / (2 * count) * 100 + (double)bothRight / count * 100;
    }

    readonly record struct ImagePair(bool FirstIsRight, bool SecondIsRight)
    {
        public IEnumerable<ScoredItem> Items(string key) => [new($"{key}/0", FirstIsRight ? 1 : 0), new($"{key}/1", SecondIsRight ? 1 : 0)];
    }
}
