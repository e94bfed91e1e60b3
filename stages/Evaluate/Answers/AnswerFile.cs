using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Evaluate.Json;

namespace Llava.Evaluate.Answers;

/// <summary>Reads <c>answers.jsonl</c>.</summary>
static class AnswerFile
{
    /// <exception cref="DiagnosticException">A line is not an answer, or there is none.</exception>
    public static IReadOnlyList<Answer> Read(string path)
    {
        var answers = new List<Answer>();
        foreach (var (line, value) in JsonText.ReadLines(path))
            answers.Add(Parse(value) ?? throw ErrorCatalog.BadAnswers.Fails(new SourceLocation(path, line), NotAnAnswer));
        return NotEmpty(answers, path);
    }

    /// <summary>As <see cref="Read"/>, but a broken line is passed over with a warning, as the VQAv2 and VizWiz converters do.</summary>
    public static IReadOnlyList<Answer> ReadPassingBrokenLines(string path, IStageLog log)
    {
        var answers = new List<Answer>();
        foreach (var (line, value) in JsonText.ReadLines(path))
        {
            if (Parse(value) is { } answer)
                answers.Add(answer);
            else
                log.Warning(new Diagnostic(ErrorCatalog.BadAnswers, NotAnAnswer, new SourceLocation(path, line), Severity.Warning));
        }
        return NotEmpty(answers, path);
    }

    const string NotAnAnswer = "the line is not an answer: {\"question_id\", \"prompt\", \"text\", …} is expected";

    /// <summary>Null where the line is no answer.</summary>
    public static Answer? Parse(JsonElement? line)
    {
        if (line is not { ValueKind: JsonValueKind.Object } value || !value.TryGetProperty("question_id", out var id) || QuestionId.From(id) is not { } questionId)
            return null;
        return value.Text("text") is { } text
            ? new Answer(questionId, value.Text("prompt") ?? "", text, value.Text("answer_id") ?? "", value.Text("model_id") ?? "")
            : null;
    }

    static IReadOnlyList<Answer> NotEmpty(IReadOnlyList<Answer> answers, string path) =>
        answers.Count > 0 ? answers : throw ErrorCatalog.BadAnswers.Fails(path, "the file holds no answer");
}
