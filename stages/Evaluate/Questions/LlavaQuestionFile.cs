using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Json;

namespace Llava.Evaluate.Questions;

/// <summary>
/// The LLaVA repository's own question files: <c>{"question_id", "image", "text", "category"}</c> a line. The text has its suffix
/// already.
/// </summary>
static class LlavaQuestionFile
{
    /// <param name="suffix">To append to every question; "" where the file has it.</param>
    public static IReadOnlyList<Question> Read(string path, string suffix = "")
    {
        var questions = new List<Question>();
        foreach (var (line, value) in JsonText.ReadObjects(path, ErrorCatalog.BadQuestions))
            questions.Add(Parse(value, new SourceLocation(path, line), suffix));
        return questions;
    }

    static Question Parse(JsonElement line, SourceLocation location, string suffix)
    {
        var text = QuestionSuffix.Append(line.RequiredText("text", location, ErrorCatalog.BadQuestions), suffix);
        var image = line.Text("image") is { } path ? new QuestionImage(path) : null;
        return new Question(ReadId(line, "question_id", location), text, text, image);
    }

    public static QuestionId ReadId(JsonElement line, string key, SourceLocation location) =>
        line.TryGetProperty(key, out var value) && QuestionId.From(value) is { } id
            ? id
            : throw ErrorCatalog.BadQuestions.Fails(location, $"\"{key}\" is missing or is neither text nor a whole number");
}
