using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// GQA testdev-balanced: exact match after lower case and without the closing periods. Annotations:
/// <c>testdev_balanced_questions.json</c>, an object of <c>{"answer"}</c> by question id.
/// </summary>
sealed class Gqa : Benchmark
{
    const string AnnotationsName = "testdev_balanced_questions.json";
    const int QuestionCount = 12_578;

    public override string Name => "gqa";

    public override string Title => "GQA testdev-balanced";

    public override PublishedScore Published => new(62.0, 63.3);

    public override bool UploadNeedsAnnotations => false;

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => LlavaQuestionFile.Read(path, suffix);

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var truths = ReadTruths(input.AnnotationFile(AnnotationsName));
        var matched = input.ReadSheet().Match(truths, truth => truth.Id, input.Annotations, input.IsPartial);
        return BenchmarkScore.OfMean("accuracy", [.. matched.Select(pair => new ScoredItem(pair.Item.Id, Prediction(pair.Answer) == pair.Item.Answer ? 1 : 0))]);
    }

    internal override UploadFile Upload(ScoringInput input)
    {
        var sheet = input.ReadSheet();
        input.RequireAllQuestions(sheet, Title, QuestionCount);
        return new("testdev_balanced_predictions.json", PythonJson.Serialize(new JsonArray(
            [.. sheet.Answers.Select(answer => new JsonObject { ["questionId"] = answer.Id.ToJson(), ["prediction"] = Prediction(answer) })])));
    }

    static string Prediction(Answer answer) => PythonText.Lower(answer.Text.TrimEnd('.'));

    static IReadOnlyList<(string Id, string Answer)> ReadTruths(string path)
    {
        var root = JsonText.ReadDocument(path, ErrorCatalog.BadAnnotations);
        if (root.ValueKind != System.Text.Json.JsonValueKind.Object)
            throw ErrorCatalog.BadAnnotations.Fails(path, "the document must be an object of questions by id");
        return [.. root.EnumerateObject().Select(question => (question.Name, question.Value.RequiredText("answer", new SourceLocation(path), ErrorCatalog.BadAnnotations)))];
    }
}
