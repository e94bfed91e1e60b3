using System.Text.RegularExpressions;

namespace Llava.Evaluate.Scoring;

/// <summary>The letter of the option that an answer begins with: "B", "b)", "(B) the sun", "B. the sun", "（B）", "B、猫".</summary>
static partial class OptionLetter
{
    /// <summary>Upper case; null where the answer does not begin with a letter that stands alone.</summary>
    public static string? Find(string answer) =>
        Leading().Match(answer) is { Success: true } match ? match.Groups["letter"].Value.ToUpperInvariant() : null;

    [GeneratedRegex(@"^\s*[(（\[]?(?<letter>[A-Za-z])(?:\s*$|[).:,;\]）。．：，；、])", RegexOptions.CultureInvariant)]
    private static partial Regex Leading();
}
