using System.Globalization;
using Llava.Contracts.Configuration;

namespace Llava.Tasks.Staleness;

/// <summary>
/// A yaml file as settings: one entry per value, so that comments, key order and the way a number is written do not count.
/// </summary>
static class SettingsOfYaml
{
    /// <param name="shownAs">The file's name in the entries: <c>shownAs: key.path</c>.</param>
    public static IEnumerable<KeyValuePair<string, string>> Read(string path, string shownAs) =>
        Flatten(ConfigDocument.Load(path).Root).Select(entry => new KeyValuePair<string, string>($"{shownAs}: {entry.Key}", entry.Value));

    static IEnumerable<KeyValuePair<string, string>> Flatten(ConfigNode node) => node switch
    {
        ConfigMap map => map.Entries.Values.SelectMany(Flatten),
        // A list of plain values reads better as one setting: [3, 56, 56].
        ConfigList list when list.Items.All(item => item is ConfigScalar) => [new(list.KeyPath, $"[{string.Join(", ", list.Items.Cast<ConfigScalar>().Select(Canonical))}]")],
        ConfigList list => list.Items.SelectMany(Flatten),
        ConfigScalar scalar => [new(scalar.KeyPath, Canonical(scalar))],
        _ => [],
    };

    static string Canonical(ConfigScalar scalar)
    {
        if (scalar.IsNull)
            return "null";
        var isNumber = double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        return isNumber && !scalar.IsQuoted ? number.ToString("R", CultureInfo.InvariantCulture) : scalar.Text switch
        {
            "True" or "TRUE" => "true",
            "False" or "FALSE" => "false",
            _ => scalar.Text,
        };
    }
}
