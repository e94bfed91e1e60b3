using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Json;

namespace Llava.Evaluate.Questions;

/// <summary>
/// <c>llava_test_CQM-A.json</c>: a list of <c>{"id", "image"?, "conversations"}</c>. The recorded prompt begins with
/// <c>&lt;image&gt;</c> where there is a picture: the score with pictures counts by it.
/// </summary>
static class ScienceQaQuestionFile
{
    public static IReadOnlyList<Question> Read(string path, string suffix)
    {
        var root = JsonText.ReadDocument(path, ErrorCatalog.BadQuestions);
        if (root.ValueKind != JsonValueKind.Array)
            throw ErrorCatalog.BadQuestions.Fails(path, "the document must be a list of questions");
        return [.. root.EnumerateArray().Select(item => Parse(item, new SourceLocation(path), suffix))];
    }

    static Question Parse(JsonElement item, SourceLocation location, string suffix)
    {
        var text = QuestionSuffix.Append(ConversationLine.Parse(item, location).Question, suffix);
        var image = item.Text("image") is { } path ? new QuestionImage(path) : null;
        return new Question(LlavaQuestionFile.ReadId(item, "id", location), image is null ? text : $"<image>\n{text}", text, image);
    }
}
