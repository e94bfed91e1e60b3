using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// ChartQA test, questions by people and from tables: relaxed accuracy (numbers within 5 %). Questions and annotations are what the
/// preprocess step made of its test split.
/// </summary>
sealed class ChartQa : Benchmark
{
    static readonly PreparedSplit Test = new(["test_human_llava.jsonl", "test_augmented_llava.jsonl"], IdsRestart: true);

    public override string Name => "chartqa";

    public override string Title => "ChartQA test";

    public override string Suffix => QuestionSuffix.SingleWord;

    public override bool QuestionsAreAnnotated => true;

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => [.. Test.Read(path).Select(sample => sample.ToQuestion(suffix))];

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var graded = input.ReadSheet().Match(Test.Read(input.Annotations), sample => sample.Id.Text, input.Annotations, input.IsPartial)
            .Select(pair => (pair.Item.Id, File: pair.Item.Id.Text.Split('/')[0], Truth: pair.Item.Answer, Given: pair.Answer.Text)).ToList();
        var byFile = graded.GroupBy(item => item.File)
            .Select(group => ($"{group.Key} relaxed accuracy", BenchmarkScore.Percent(group.Select(item => RelaxedMatch.IsRelaxed(item.Given, item.Truth)))));
        return BenchmarkScore.OfMean(
            "relaxed accuracy",
            [.. graded.Select(item => new ScoredItem(item.Id.Text, RelaxedMatch.IsRelaxed(item.Given, item.Truth) ? 1 : 0))],
            [("exact match", BenchmarkScore.Percent(graded.Select(item => RelaxedMatch.IsExact(item.Given, item.Truth)))), .. byFile]);
    }

    internal override IReadOnlyDictionary<string, string>? Truths(string annotationsPath) =>
        Test.Read(annotationsPath).ToDictionary(sample => sample.Id.Text, sample => sample.Answer);
}
