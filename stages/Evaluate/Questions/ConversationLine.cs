using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Json;

namespace Llava.Evaluate.Questions;

/// <summary>The first question of a LLaVA conversation, and its answer.</summary>
/// <param name="Question">Without the picture's placeholder.</param>
/// <param name="Answer">Null where the line has no answer that is text.</param>
sealed record ConversationLine(string Question, string? Answer)
{
    const string ImagePlaceholder = "<image>";

    /// <param name="sample"><c>{"conversations": [{"from", "value"}, …]}</c>.</param>
    public static ConversationLine Parse(JsonElement sample, SourceLocation location)
    {
        var turns = sample.Required("conversations", JsonValueKind.Array, location, ErrorCatalog.BadQuestions);
        if (turns.GetArrayLength() == 0)
            throw ErrorCatalog.BadQuestions.Fails(location, "\"conversations\" is empty");
        var question = turns[0].RequiredText("value", location, ErrorCatalog.BadQuestions).Replace(ImagePlaceholder, "").Trim();
        return new ConversationLine(question, turns.GetArrayLength() > 1 ? turns[1].Text("value") : null);
    }
}
