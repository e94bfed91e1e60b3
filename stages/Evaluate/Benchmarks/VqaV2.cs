using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// VQAv2 test-dev, scored by EvalAI. It takes an answer to every question of the whole test split: those that were not asked are "".
/// Annotations: <c>llava_vqav2_mscoco_test2015.jsonl</c>, the questions of the split.
/// </summary>
sealed class VqaV2 : Benchmark
{
    public override string Name => "vqav2";

    public override string Title => "VQAv2 test-dev";

    public override PublishedScore Published => new(78.5, 80.0);

    public override bool IsScoredElsewhere => true;

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => LlavaQuestionFile.Read(path, suffix);

    internal override UploadFile Upload(ScoringInput input)
    {
        var sheet = input.ReadSheetPassingBrokenLines();
        var path = input.AnnotationFile("llava_vqav2_mscoco_test2015.jsonl");
        var split = ReadSplit(path);
        sheet.RefuseUnknown(split, id => id.Text, path);
        RequireTestDev(sheet, split, input);
        return new("vqav2_upload.json", PythonJson.Serialize(new JsonArray([.. split.Select(id => ToEntry(id, sheet.Find(id.Text)))])));
    }

    // Which of the split's questions are test-dev's, its own question file alone says.
    static void RequireTestDev(AnswerSheet sheet, IReadOnlyList<QuestionId> split, ScoringInput input)
    {
        if (input.QuestionsPath is { } path && !input.IsPartial)
            sheet.RequireAnswers(ReadSplit(path), id => id.Text, path);
        else if (sheet.Answers.Count < split.Count)
            input.Log.Warning(ErrorCatalog.MissingAnswers.Warns(input.AnswersPath, $"{split.Count - sheet.Answers.Count} of the split's {split.Count} questions have no answer and are sent as \"\""));
    }

    static JsonObject ToEntry(QuestionId id, Answer? answer) =>
        new() { ["question_id"] = id.ToJson(), ["answer"] = answer is null ? "" : EvalAiAnswer.Normalise(answer.Text) };

    static IReadOnlyList<QuestionId> ReadSplit(string path) =>
        [.. JsonText.ReadObjects(path, ErrorCatalog.BadAnnotations).Select(line => LlavaQuestionFile.ReadId(line.Value, "question_id", new SourceLocation(path, line.Line)))];
}
