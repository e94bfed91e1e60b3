using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Llava.Evaluate.Json;

/// <summary>
/// Writes JSON as Python's <c>json.dumps</c> does by default: <c>", "</c> and <c>": "</c>, ASCII only, floats by their shortest
/// form. The answer and upload files of the LLaVA repository are written that way.
/// </summary>
static class PythonJson
{
    /// <param name="indent">Spaces per level as in <c>json.dumps(value, indent=2)</c>; null for one line.</param>
    public static string Serialize(JsonNode? value, int? indent = null)
    {
        var text = new StringBuilder();
        Append(text, value, indent, depth: 0);
        return text.ToString();
    }

    static void Append(StringBuilder text, JsonNode? value, int? indent, int depth)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject map:
                AppendMany(text, '{', '}', map, indent, depth, entry =>
                {
                    AppendString(text, entry.Key);
                    text.Append(": ");
                    Append(text, entry.Value, indent, depth + 1);
                });
                break;
            case JsonArray list:
                AppendMany(text, '[', ']', list, indent, depth, item => Append(text, item, indent, depth + 1));
                break;
            default:
                AppendScalar(text, value.AsValue());
                break;
        }
    }

    static void AppendMany<T>(StringBuilder text, char open, char close, ICollection<T> items, int? indent, int depth, Action<T> append)
    {
        text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
                text.Append(indent is null ? ", " : ",");
            NewLine(text, indent, depth + 1);
            append(item);
            isFirst = false;
        }
        if (!isFirst)
            NewLine(text, indent, depth);
        text.Append(close);
    }

    static void NewLine(StringBuilder text, int? indent, int depth)
    {
        if (indent is { } width)
            text.Append('\n').Append(' ', width * depth);
    }

    static void AppendScalar(StringBuilder text, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                AppendString(text, value.GetValue<string>());
                break;
            case JsonValueKind.Number when value.TryGetValue<double>(out var number) && !value.TryGetValue<long>(out _):
                AppendFloat(text, number);
                break;
            default:
                text.Append(value.ToJsonString());
                break;
        }
    }

    static void AppendFloat(StringBuilder text, double number)
    {
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var exponent = shortest.IndexOf('E');
        text.Append(exponent >= 0 ? shortest.ToLowerInvariant() : shortest.Contains('.') ? shortest : shortest + ".0");
    }

    static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or > '~' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }
        text.Append('"');
    }
}
