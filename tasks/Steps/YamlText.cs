namespace Llava.Tasks.Steps;

/// <summary>A path as a yaml value, whatever characters it has.</summary>
static class YamlText
{
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
