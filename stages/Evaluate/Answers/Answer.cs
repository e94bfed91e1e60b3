using System.Text.Json.Nodes;
using Llava.Evaluate.Json;

namespace Llava.Evaluate.Answers;

/// <summary>One line of an answers file in the LLaVA repository's format.</summary>
/// <param name="Prompt">The question as put, without the conversation around it; empty where the file leaves it out.</param>
public sealed record Answer(QuestionId Id, string Prompt, string Text, string AnswerId = "", string ModelId = "")
{
    internal string ToLine() => PythonJson.Serialize(new JsonObject
    {
        ["question_id"] = Id.ToJson(),
        ["prompt"] = Prompt,
        ["text"] = Text,
        ["answer_id"] = AnswerId,
        ["model_id"] = ModelId,
        ["metadata"] = new JsonObject(),
    });
}
