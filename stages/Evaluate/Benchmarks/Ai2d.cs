using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// AI2D: the letter of the right option ("b", "B.", "b) stem"), or its text. Questions and annotations are what the preprocess
/// step made of it.
/// </summary>
sealed class Ai2d : Benchmark
{
    static readonly PreparedSplit All = new(["ai2d_llava.jsonl"]);

    public override string Name => "ai2d";

    public override string Title => "AI2D";

    public override string Suffix => QuestionSuffix.Letter;

    public override bool QuestionsAreAnnotated => true;

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => [.. All.Read(path).Select(sample => sample.ToQuestion(suffix))];

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var matched = input.ReadSheet().Match(All.Read(input.Annotations), sample => sample.Id.Text, input.Annotations, input.IsPartial);
        return BenchmarkScore.OfMean("accuracy", [.. matched.Select(pair => new ScoredItem(pair.Item.Id.Text, IsRight(pair.Answer.Text, pair.Item.Answer) ? 1 : 0))]);
    }

    internal override IReadOnlyDictionary<string, string>? Truths(string annotationsPath) =>
        All.Read(annotationsPath).ToDictionary(sample => sample.Id.Text, sample => sample.Answer);

    /// <param name="truth">As the preprocess step writes it: <c>b) stem</c>.</param>
    internal static bool IsRight(string answer, string truth)
    {
        if (OptionLetter.Find(answer) is { } letter)
            return letter == OptionLetter.Find(truth);
        var text = truth[(truth.IndexOf(')', StringComparison.Ordinal) + 1)..];
        return text.Length > 0 && RelaxedMatch.IsExact(answer, text);
    }
}
