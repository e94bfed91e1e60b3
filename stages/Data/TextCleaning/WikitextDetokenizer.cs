using System.Text.RegularExpressions;

namespace Llava.Data.TextCleaning;

/// <summary>
/// Closes the gaps that WikiText's tokenisation leaves around punctuation. Source: <c>wikitext_detokenizer</c> of ModelZoo, its
/// slip included (the second step inserts its own pattern's text).
/// </summary>
internal static partial class WikitextDetokenizer
{
    /// <summary>White space as Python's <c>\s</c> has it.</summary>
    const string Space = @"[\s\x1C-\x1F]*";

    static readonly (string From, string To)[] Punctuation =
    [
        (" @-@ ", "-"), (" @,@ ", ","), (" @.@ ", "."),
        (" : ", ": "), (" ; ", "; "), (" . ", ". "), (" ! ", "! "), (" ? ", "? "), (" , ", ", "),
    ];

    static readonly (string From, string To)[] Remainder =
    [
        ("= = = =", "===="), ("= = =", "==="), ("= =", "=="),
        (" \u00B0 ", "\u00B0"), (" \n", "\n"), ("\n ", "\n"), (" N ", " 1 "), (" 's", "'s"),
    ];

    public static string Detokenize(string text)
    {
        text = text.Replace("s '", "s'", StringComparison.Ordinal);
        text = Year().Replace(text, "/'[0-9]/");
        text = ReplaceAll(text, Punctuation);
        text = Parentheses().Replace(text, "($1)");
        text = Brackets().Replace(text, "[$1]");
        text = Braces().Replace(text, "{$1}");
        text = DoubleQuotes().Replace(text, "\"$1\"");
        text = SingleQuotes().Replace(text, "'$1'");
        return ReplaceAll(text, Remainder);
    }

    static string ReplaceAll(string text, (string From, string To)[] replacements) =>
        replacements.Aggregate(text, (current, replacement) => current.Replace(replacement.From, replacement.To, StringComparison.Ordinal));

    [GeneratedRegex("/' [0-9]/")]
    private static partial Regex Year();

    [GeneratedRegex($@"\({Space}([^)]*?){Space}\)")]
    private static partial Regex Parentheses();

    [GeneratedRegex($@"\[{Space}([^\]]*?){Space}\]")]
    private static partial Regex Brackets();

    [GeneratedRegex($@"{{{Space}([^}}]*?){Space}}}")]
    private static partial Regex Braces();

    [GeneratedRegex($"\"{Space}([^\"]*?){Space}\"")]
    private static partial Regex DoubleQuotes();

    [GeneratedRegex($"'{Space}([^']*?){Space}'")]
    private static partial Regex SingleQuotes();
}
