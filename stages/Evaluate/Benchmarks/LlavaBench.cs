using System.Globalization;
using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// LLaVA-Bench-in-the-Wild: GPT-4's marks for an answer relative to those for a reference answer, in per cent. The answers here are
/// its saved reviews: <c>{"question_id", "category", "tuple": [reference, answer]}</c> a line.
/// Source: llava/eval/summarize_gpt_review.py.
/// </summary>
sealed class LlavaBench : Benchmark
{
    const int QuestionCount = 60;

    public override string Name => "llavabench";

    public override string Title => "LLaVA-Bench (in the wild)";

    public override int MaxNewTokens => 1024;

    public override PublishedScore Published => new(65.4, 72.5);

    public override bool AnswersAreReviewed => true;

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => LlavaQuestionFile.Read(path, suffix);

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var reviews = JsonText.ReadObjects(input.AnswersPath, ErrorCatalog.BadAnswers).Select(line => Parse(line.Value, new SourceLocation(input.AnswersPath, line.Line))).ToList();
        if (reviews.Count == 0)
            throw ErrorCatalog.BadAnswers.Fails(input.AnswersPath, "the file holds no review");
        if (reviews.CountBy(review => review.Id).FirstOrDefault(entry => entry.Value > 1) is { Key: { } repeated })
            throw ErrorCatalog.RepeatedQuestion.Fails(input.AnswersPath, $"question {repeated} is reviewed twice");
        RequireAllQuestions([.. reviews.Select(review => review.Id)], input);
        var byCategory = reviews.GroupBy(review => review.Category).Where(group => group.Key.Length > 0).OrderBy(group => group.Key, StringComparer.Ordinal)
            .SelectMany(group => Means.Of([.. group]).Parts(group.Key));
        var interval = Bootstrap.Of([reviews.Count], drawn => 100 * drawn[0].Sum(i => reviews[i].Answer) / drawn[0].Sum(i => reviews[i].Reference));
        return new BenchmarkScore("relative score", Means.Of(reviews).Relative, reviews.Count, interval, [.. Means.Of(reviews).Parts("all"), .. byCategory], []);
    }

    // Whether others than the benchmark's own questions were reviewed, only its question file says.
    static void RequireAllQuestions(List<string> reviewed, ScoringInput input)
    {
        if (input.QuestionsPath is not { } path)
        {
            if (reviewed.Count != QuestionCount)
                input.Log.Warning(ErrorCatalog.MissingAnswers.Warns(input.AnswersPath, $"{reviewed.Count} reviews, but LLaVA-Bench has {QuestionCount} questions"));
            return;
        }
        List<string> asked = [.. LlavaQuestionFile.Read(path).Select(question => question.Id.Text)];
        if (reviewed.Except(asked).ToList() is { Count: > 0 } unknown)
            throw ErrorCatalog.AnnotationsDoNotFit.Fails(input.AnswersPath, $"{unknown.Count} reviews are of questions that LLaVA-Bench does not have: {AnswerSheet.Name(unknown)}");
        if (asked.Except(reviewed).ToList() is { Count: > 0 } missing)
            throw ErrorCatalog.MissingAnswers.Fails(input.AnswersPath, $"{missing.Count} of {asked.Count} questions have no review: {AnswerSheet.Name(missing)}");
    }

    /// <summary>The two marks on a review's first line; null where there are not just two numbers.</summary>
    internal static (double Reference, double Answer)? ParseMarks(string review) =>
        review.Split('\n')[0].Replace(',', ' ').Split(' ') is [var first, var second] && Mark(first) is { } reference && Mark(second) is { } answer
            ? (reference, answer)
            : null;

    static double? Mark(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var mark) ? mark : null;

    static Review Parse(JsonElement line, SourceLocation location)
    {
        var id = LlavaQuestionFile.ReadId(line, "question_id", location).Text;
        var marks = line.TryGetProperty("tuple", out var tuple) || line.TryGetProperty("score", out tuple) ? Pair(tuple) : ParseMarks(line.Text("content") ?? "");
        // A review without marks is saved as -1, -1, which would silently lower the mean.
        return marks is (> 0, >= 0)
            ? new Review(id, line.Text("category") ?? "", marks.Value.Reference, marks.Value.Answer)
            : throw ErrorCatalog.BadAnswers.Fails(location, $"the review of question {id} has no pair of marks");
    }

    static (double Reference, double Answer)? Pair(JsonElement tuple) =>
        tuple.ValueKind == JsonValueKind.Array && tuple.GetArrayLength() == 2 && tuple.EnumerateArray().All(mark => mark.ValueKind == JsonValueKind.Number)
            ? (tuple[0].GetDouble(), tuple[1].GetDouble())
            : null;

    sealed record Review(string Id, string Category, double Reference, double Answer);

    /// <summary>Mean marks, rounded to three places as the reference's script does before it divides.</summary>
    readonly record struct Means(double Reference, double Answer)
    {
        public double Relative => Answer / Reference * 100;

        public static Means Of(IReadOnlyList<Review> reviews) =>
            new(Round(reviews.Average(review => review.Reference)), Round(reviews.Average(review => review.Answer)));

        public IEnumerable<(string, double)> Parts(string category) =>
            [(category, Relative), ($"{category} reference", Reference * 10), ($"{category} answer", Answer * 10)];

        // Math.Round works on a scaled, already rounded number; text conversion rounds the exact value.
        static double Round(double value) => double.Parse(value.ToString("F3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
