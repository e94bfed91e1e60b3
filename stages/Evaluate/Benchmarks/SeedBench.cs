using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// SEED-Bench: exactly the right letter; by kind of question, and for pictures and videos (their middle frame) apart. An absent
/// answer counts as wrong. Annotations: <c>SEED-Bench.json</c>. Source: scripts/convert_seed_for_submission.py.
/// </summary>
sealed class SeedBench : Benchmark
{
    const string AnnotationsName = "SEED-Bench.json";

    public override string Name => "seed";

    public override string Title => "SEED-Bench";

    public override PublishedScore Published => new(58.6, 61.6);

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => LlavaQuestionFile.Read(path, suffix);

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var truths = ReadTruths(input.AnnotationFile(AnnotationsName));
        var graded = input.MatchCountingAbsent(truths, truth => truth.Id)
            .Select(pair => (Truth: pair.Item, IsRight: pair.Answer?.Text == pair.Item.Letter)).ToList();
        var byKind = graded.GroupBy(item => item.Truth.Kind).OrderBy(group => group.Key.Id)
            .Select(group => (group.Key.Name, BenchmarkScore.Percent(group.Select(item => item.IsRight))));
        var byMedium = graded.GroupBy(item => item.Truth.Medium).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => ($"{group.Key} accuracy", BenchmarkScore.Percent(group.Select(item => item.IsRight))));
        return BenchmarkScore.OfMean("accuracy", [.. graded.Select(item => new ScoredItem(item.Truth.Id, item.IsRight ? 1 : 0))], [.. byKind, .. byMedium]);
    }

    internal override UploadFile Upload(ScoringInput input)
    {
        var truths = ReadTruths(input.AnnotationFile(AnnotationsName));
        var lines = input.ReadSheet().Match(truths, truth => truth.Id, input.Annotations, input.IsPartial)
            .Select(pair => PythonJson.Serialize(new JsonObject { ["question_id"] = pair.Item.Id, ["prediction"] = pair.Answer.Text }) + "\n");
        return new("seed_upload.jsonl", string.Concat(lines));
    }

    static IReadOnlyList<Truth> ReadTruths(string path)
    {
        var location = new SourceLocation(path);
        var root = JsonText.ReadDocument(path, ErrorCatalog.BadAnnotations);
        var kinds = root.Required("question_type", JsonValueKind.Object, location, ErrorCatalog.BadAnnotations).EnumerateObject()
            .ToDictionary(kind => kind.Value.GetRawText(), kind => kind.Name);
        return [.. root.Required("questions", JsonValueKind.Array, location, ErrorCatalog.BadAnnotations).EnumerateArray().Select(question => ToTruth(question, kinds, location))];
    }

    static Truth ToTruth(JsonElement question, Dictionary<string, string> kinds, SourceLocation location)
    {
        var kind = question.RequiredWhole("question_type_id", location, ErrorCatalog.BadAnnotations);
        return new Truth(
            question.RequiredText("question_id", location, ErrorCatalog.BadAnnotations),
            question.RequiredText("answer", location, ErrorCatalog.BadAnnotations),
            new QuestionKind(kind, kinds.GetValueOrDefault(kind.ToString(CultureInfo.InvariantCulture)) ?? throw ErrorCatalog.BadAnnotations.Fails(location, $"\"question_type\" does not name kind {kind}")),
            question.RequiredText("data_type", location, ErrorCatalog.BadAnnotations));
    }

    sealed record Truth(string Id, string Letter, QuestionKind Kind, string Medium);

    sealed record QuestionKind(int Id, string Name);
}
