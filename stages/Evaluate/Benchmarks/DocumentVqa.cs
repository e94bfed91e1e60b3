using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// DocVQA and InfographicsVQA, validation splits: ANLS. Questions are what the preprocess step made of the split; it keeps only the
/// first accepted answer, so the raw <c>&lt;split&gt;.json</c> is the better annotation file.
/// </summary>
sealed class DocumentVqa(string name, string title, string split) : Benchmark
{
    readonly PreparedSplit _prepared = new([$"{split}_llava.jsonl"]);

    public override string Name => name;

    public override string Title => title;

    public override string Suffix => QuestionSuffix.SingleWord;

    public override bool QuestionsAreAnnotated => true;

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => [.. _prepared.Read(path).Select(sample => sample.ToQuestion(suffix))];

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var truths = ReadTruths(input);
        var matched = input.ReadSheet().Match(truths, truth => truth.Id, input.Annotations, input.IsPartial);
        return BenchmarkScore.OfMean("ANLS", [.. matched.Select(pair => new ScoredItem(pair.Item.Id, AnswerSimilarity.Of(pair.Answer.Text, pair.Item.Accepted)))]);
    }

    internal override IReadOnlyDictionary<string, string>? Truths(string annotationsPath) =>
        _prepared.Read(annotationsPath).ToDictionary(sample => sample.Id.Text, sample => sample.Answer);

    IReadOnlyList<Truth> ReadTruths(ScoringInput input)
    {
        var path = input.Annotations;
        var raw = Path.Combine(path, $"{split}.json");
        if (File.Exists(raw) || path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return ReadRaw(File.Exists(raw) ? raw : path);
        input.Log.Warning(ErrorCatalog.BadAnnotations.Warns(path, $"a prepared split has one accepted answer a question, {split}.json has all: the score comes out low"));
        return [.. _prepared.Read(path).Select(sample => new Truth(sample.Id.Text, [sample.Answer]))];
    }

    static IReadOnlyList<Truth> ReadRaw(string path)
    {
        var location = new SourceLocation(path);
        var data = JsonText.ReadDocument(path, ErrorCatalog.BadAnnotations).Required("data", JsonValueKind.Array, location, ErrorCatalog.BadAnnotations);
        return [.. data.EnumerateArray().Select(entry => ToTruth(entry, location)).Where(truth => truth.Accepted.Count > 0)];
    }

    static Truth ToTruth(JsonElement entry, SourceLocation location) => new(
        entry.RequiredText("questionId", location, ErrorCatalog.BadAnnotations),
        entry.TryGetProperty("answers", out var answers) && answers.ValueKind == JsonValueKind.Array
            ? [.. answers.EnumerateArray().Where(answer => answer.ValueKind == JsonValueKind.String).Select(answer => answer.GetString()!)]
            : []);

    sealed record Truth(string Id, IReadOnlyList<string> Accepted);
}
