using System.Text.Json;
using System.Text.Json.Nodes;

namespace Llava.Evaluate.Answers;

/// <summary>
/// An id as the question file writes it: text or a whole number. Two ids are the same when their texts are,
/// since SEED-Bench has <c>"17"</c> in one file and <c>17</c> in the other.
/// </summary>
public readonly record struct QuestionId(string Text, bool IsNumber)
{
    public bool Equals(QuestionId other) => Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    public static QuestionId? From(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new QuestionId(value.GetString()!, IsNumber: false),
        JsonValueKind.Number when value.TryGetInt64(out _) => new QuestionId(value.GetRawText(), IsNumber: true),
        _ => null,
    };

    internal JsonNode ToJson() => IsNumber ? JsonNode.Parse(Text)! : JsonValue.Create(Text);
}
