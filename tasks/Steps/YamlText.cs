using System.Text.Encodings.Web;
using System.Text.Json;

namespace Llava.Tasks.Steps;

/// <summary>A path as a yaml value, whatever characters it has.</summary>
static class YamlText
{
    // Single quotes fold lines.
    public static string Quote(string text) => text.Any(char.IsControl)
        ? $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""
        : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
