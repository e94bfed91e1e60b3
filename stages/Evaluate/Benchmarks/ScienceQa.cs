using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// ScienceQA test: the letter of the answer. The headline is over questions with a picture. An absent answer counts as wrong.
/// Annotations: the folder with <c>pid_splits.json</c> and <c>problems.json</c>. Source: llava/eval/eval_science_qa.py.
/// </summary>
sealed partial class ScienceQa : Benchmark
{
    const string Failed = "FAILED";

    // Its prompt would say whether it has a picture.
    const string AbsentCount = "count as wrong in the accuracy, but not in the one with image, as in ScienceQA's own script";

    static readonly string[] Letters = ["A", "B", "C", "D", "E"];

    public override string Name => "scienceqa";

    public override string Title => "ScienceQA test";

    public override string Suffix => QuestionSuffix.Letter;

    public override int MaxNewTokens => 1024;

    public override PublishedScore Published => new(66.8, 71.6);

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => ScienceQaQuestionFile.Read(path, suffix);

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var graded = Grade(input);
        var withImage = graded.Where(item => item.HasImage).ToList();
        if (withImage.Count == 0)
            throw ErrorCatalog.AnnotationsDoNotFit.Fails(input.AnswersPath, "no prompt has a picture: the score is over questions with one");
        return BenchmarkScore.OfMean("accuracy with image", [.. withImage.Select(item => new ScoredItem(item.Problem.Id, item.IsRight ? 1 : 0))],
        [
            ("accuracy", BenchmarkScore.Percent(graded.Select(item => item.IsRight))),
            ("correct", graded.Count(item => item.IsRight)),
            ("questions", graded.Count),
        ]);
    }

    /// <summary>What the reference's script writes with <c>--output-result</c>.</summary>
    internal override UploadFile Upload(ScoringInput input)
    {
        var graded = Grade(input);
        return new("scienceqa_result.json", PythonJson.Serialize(new JsonObject
        {
            ["acc"] = (double)graded.Count(item => item.IsRight) / graded.Count * 100,
            ["correct"] = graded.Count(item => item.IsRight),
            ["count"] = graded.Count,
            ["results"] = new JsonObject(graded.Select(item => KeyValuePair.Create<string, JsonNode?>(item.Problem.Id, JsonValue.Create(item.ChosenIndex)))),
            ["outputs"] = new JsonObject(graded.Select(item => KeyValuePair.Create<string, JsonNode?>(item.Problem.Id, JsonValue.Create(item.Output)))),
        }, indent: 2));
    }

    /// <summary>The letter that an answer means, or <c>FAILED</c>.</summary>
    internal static string ParseLetter(string answer)
    {
        if (Letters.Contains(answer))
            return answer;
        if (answer.Length >= 3 && Letters.Contains(answer[..1]) && answer[1..3] == ". ")
            return answer[..1];
        return TheAnswerIs().Matches(answer) is [var single] ? single.Groups[1].Value : Failed;
    }

    // The last point is any character: "The answer is Dx" means D.
    [GeneratedRegex("The answer is ([A-Z]).", RegexOptions.CultureInvariant)]
    private static partial Regex TheAnswerIs();

    static IReadOnlyList<GradedAnswer> Grade(ScoringInput input)
    {
        var problems = ReadProblems(input.Annotations);
        return [.. input.MatchCountingAbsent(problems, problem => problem.Id, AbsentCount).Select(pair => Grade(pair.Item, pair.Answer))];
    }

    static GradedAnswer Grade(Problem problem, Answer? answer)
    {
        var output = answer?.Text ?? Failed;
        var index = Array.IndexOf(Letters, ParseLetter(output));
        var chosen = index < problem.ChoiceCount ? index : -1;
        return new GradedAnswer(problem, output, chosen, HasImage: answer?.Prompt.Contains("<image>", StringComparison.Ordinal) ?? false);
    }

    static IReadOnlyList<Problem> ReadProblems(string folder)
    {
        var splits = Path.Combine(folder, "pid_splits.json");
        var path = Path.Combine(folder, "problems.json");
        var location = new SourceLocation(path);
        var test = JsonText.ReadDocument(splits, ErrorCatalog.BadAnnotations).Required("test", JsonValueKind.Array, new SourceLocation(splits), ErrorCatalog.BadAnnotations);
        var all = JsonText.ReadDocument(path, ErrorCatalog.BadAnnotations);
        return [.. test.EnumerateArray().Select(id => ToProblem(id.ToString(), all.Required(id.ToString(), JsonValueKind.Object, location, ErrorCatalog.BadAnnotations), location))];
    }

    static Problem ToProblem(string id, JsonElement problem, SourceLocation location) => new(
        id,
        problem.Required("choices", JsonValueKind.Array, location, ErrorCatalog.BadAnnotations).GetArrayLength(),
        problem.RequiredWhole("answer", location, ErrorCatalog.BadAnnotations));

    sealed record Problem(string Id, int ChoiceCount, int TruthIndex);

    sealed record GradedAnswer(Problem Problem, string Output, int ChosenIndex, bool HasImage)
    {
        public bool IsRight => ChosenIndex == Problem.TruthIndex;
    }
}
