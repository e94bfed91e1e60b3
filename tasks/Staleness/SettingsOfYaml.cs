using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Llava.Contracts.Configuration;

namespace Llava.Tasks.Staleness;

/// <summary>
/// A yaml file as settings: one entry per value, so that comments, key order and the way a number is written do not count, nor quotes that
/// change nothing to <see cref="ConfigReader"/>. Two values that it reads as different have different texts.
/// </summary>
static class SettingsOfYaml
{
    /// <param name="shownAs">The file's name in the entries: <c>shownAs: key.path</c>.</param>
    public static IEnumerable<KeyValuePair<string, string>> Read(string path, string shownAs) =>
        Flatten(ConfigDocument.Load(path).Root).Select(entry => new KeyValuePair<string, string>($"{shownAs}: {entry.Key}", entry.Value));

    static IEnumerable<KeyValuePair<string, string>> Flatten(ConfigNode node) => node switch
    {
        ConfigMap { Entries.Count: 0, KeyPath.Length: > 0 } empty => [new(empty.KeyPath, "{}")],
        ConfigMap map => map.Entries.Values.SelectMany(Flatten),
        // A list of plain values reads better as one setting: [3, 56, 56].
        ConfigList list when list.Items.All(item => item is ConfigScalar) => [new(list.KeyPath, $"[{string.Join(", ", list.Items.Cast<ConfigScalar>().Select(Canonical))}]")],
        ConfigList list => list.Items.SelectMany(Flatten),
        ConfigScalar scalar => [new(scalar.KeyPath, Canonical(scalar))],
        _ => [],
    };

    static string Canonical(ConfigScalar scalar)
    {
        var plain = Plain(scalar with { IsQuoted = false });
        if (!scalar.IsQuoted && plain is not null)
            return plain;
        // Quotes count where the text would be something else without them, or could be taken for several values.
        return plain is not null || scalar.Text.AsSpan().IndexOfAny("\"[]{},\n") >= 0 ? Quote(scalar.Text) : scalar.Text;
    }

    /// <summary>What yaml takes the text for without quotes; null for text.</summary>
    static string? Plain(ConfigScalar unquoted)
    {
        if (unquoted.IsNull)
            return "null";
        return double.TryParse(unquoted.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString("R", CultureInfo.InvariantCulture) : unquoted.Text switch
        {
            "true" or "True" or "TRUE" => "true",
            "false" or "False" or "FALSE" => "false",
            _ => null,
        };
    }

    static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
