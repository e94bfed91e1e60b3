using System.Globalization;
using System.Text;

namespace Llava.Preprocess.Datasets;

/// <summary>
/// Rewrites a Python literal of dicts, lists, strings and constants as JSON, so that rows which the reference evaluates can be read
/// without evaluating anything. Differences to JSON: single quotes, <c>True False None</c>, and escapes, of which Python keeps
/// the backslash where it knows no such escape (<c>\/</c>).
/// </summary>
static class PythonLiteral
{
    public static string ToJson(string literal)
    {
        var json = new StringBuilder(literal.Length + 16);
        for (var place = 0; place < literal.Length;)
        {
            if (literal[place] is '"' or '\'')
                place = AppendText(literal, place, json);
            else if (char.IsAsciiLetter(literal[place]))
                place = AppendWord(literal, place, json);
            else
                json.Append(literal[place++]);
        }
        return json.ToString();
    }

    static int AppendWord(string literal, int start, StringBuilder json)
    {
        var end = start;
        while (end < literal.Length && char.IsAsciiLetter(literal[end]))
            end++;
        json.Append(literal[start..end] switch { "True" => "true", "False" => "false", "None" => "null", var other => other });
        return end;
    }

    /// <summary>Returns the place behind the closing quote; a string without one stays open in the JSON too.</summary>
    static int AppendText(string literal, int start, StringBuilder json)
    {
        var quote = literal[start];
        json.Append('"');
        for (var place = start + 1; place < literal.Length; place++)
        {
            var character = literal[place];
            if (character == quote)
            {
                json.Append('"');
                return place + 1;
            }
            if (character == '\\' && place + 1 < literal.Length)
                place = AppendEscape(literal, place + 1, json);
            else
                json.Append(character switch { '"' => "\\\"", '\t' => "\\t", _ => character.ToString() });
        }
        return literal.Length;
    }

    /// <summary>Returns the place of the escape's last character.</summary>
    static int AppendEscape(string literal, int place, StringBuilder json)
    {
        var letter = literal[place];
        switch (letter)
        {
            case 'x' when place + 2 < literal.Length && byte.TryParse(literal.AsSpan(place + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _):
                json.Append("\\u00").Append(literal, place + 1, 2);
                return place + 2;
            case '\'':
                json.Append('\'');
                break;
            case 'a':
                json.Append("\\u0007");
                break;
            case 'v':
                json.Append("\\u000b");
                break;
            case '"' or '\\' or 'b' or 'f' or 'n' or 'r' or 't' or 'u':
                json.Append('\\').Append(letter);
                break;
            default:
                json.Append("\\\\").Append(letter);
                break;
        }
        return place;
    }
}
