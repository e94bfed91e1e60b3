using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Llava.Contracts.Diagnostics;

/// <summary>
/// Text from datasets, servers and models on its way to a terminal or a build's log: it must not move the cursor, begin a line of its own that
/// looks like another message, or give a command to the service that runs the build.
/// </summary>
public static partial class PlainText
{
    /// <summary>On one line: control characters as <c>\n</c>, <c>\u001b</c>.</summary>
    public static string OneLine(string text) => Clean(text, keepsLines: false);

    /// <summary>The same, but lines stay lines.</summary>
    public static string Lines(string text) => Clean(text, keepsLines: true);

    static string Clean(string text, bool keepsLines)
    {
        var shown = text.Any(character => IsUnsafe(character, keepsLines)) ? Escape(text, keepsLines) : text;
        return shown.Contains("##", StringComparison.Ordinal) ? ServiceCommand().Replace(shown, "##$1 [") : shown;
    }

    static string Escape(string text, bool keepsLines)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (!IsUnsafe(character, keepsLines))
                escaped.Append(character);
            else
                escaped.Append(character switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") });
        }
        return escaped.ToString();
    }

    // Line separators and the marks that reverse the direction of text are no control characters to .NET.
    static bool IsUnsafe(char character, bool keepsLines) =>
        character is '\n' or '\t' ? !keepsLines : char.IsControl(character) || character is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    // Azure Pipelines and GitHub obey ##vso[ and ##[ anywhere in a line, TeamCity ##teamcity[.
    [GeneratedRegex(@"##(\w*)\[")]
    private static partial Regex ServiceCommand();
}
