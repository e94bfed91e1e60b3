using System.Text.Json.Nodes;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>VizWiz test, scored by EvalAI: one normalised answer per picture. Annotations: <c>llava_test.jsonl</c>, the questions.</summary>
sealed class VizWiz : Benchmark
{
    public override string Name => "vizwiz";

    public override string Title => "VizWiz test";

    public override PublishedScore Published => new(50.0, 53.6);

    public override bool QuestionsAreAnnotated => true;

    public override bool IsScoredElsewhere => true;

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => LlavaQuestionFile.Read(path, suffix);

    internal override UploadFile Upload(ScoringInput input)
    {
        var path = input.AnnotationFile("llava_test.jsonl");
        var matched = input.ReadSheetPassingBrokenLines().Match(LlavaQuestionFile.Read(path), question => question.Id.Text, path, input.IsPartial);
        return new("vizwiz_upload.json", PythonJson.Serialize(new JsonArray([.. matched.Select(pair => ToEntry(pair.Item, pair.Answer))])));
    }

    static JsonObject ToEntry(Question question, Answer answer) =>
        new() { ["image"] = question.Image?.Path, ["answer"] = EvalAiAnswer.Normalise(answer.Text) };
}
