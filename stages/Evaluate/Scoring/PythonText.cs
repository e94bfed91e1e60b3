using System.Text;

namespace Llava.Evaluate.Scoring;

/// <summary>Python's <c>str</c> methods where .NET's differ: what counts as white space, and lower case that changes the length.</summary>
static class PythonText
{
    public static string Strip(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsWhiteSpace(text[start]))
            start++;
        while (end > start && IsWhiteSpace(text[end - 1]))
            end--;
        return text[start..end];
    }

    public static IReadOnlyList<string> SplitWords(string text)
    {
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var isBreak = i == text.Length || IsWhiteSpace(text[i]);
            if (!isBreak && start < 0)
                start = i;
            if (!isBreak || start < 0)
                continue;
            words.Add(text[start..i]);
            start = -1;
        }
        return words;
    }

    public static string Lower(string text)
    {
        var lower = text.ToLowerInvariant();
        return text.Contains('\u0130') || text.Contains('\u03a3') ? LowerSpecial(text) : lower;
    }

    /// <summary>Code points, as Python's <c>len</c> counts.</summary>
    public static int Length(string text) => text.EnumerateRunes().Count();

    // The two letters whose full lower-case form is not one fixed code point.
    static string LowerSpecial(string text)
    {
        var lower = new StringBuilder(text.Length + 1);
        for (var i = 0; i < text.Length; i++)
        {
            var isWordEnd = i > 0 && char.IsLetter(text[i - 1]) && (i + 1 == text.Length || !char.IsLetter(text[i + 1]));
            _ = text[i] switch
            {
                '\u0130' => lower.Append("i\u0307"),
                '\u03a3' => lower.Append(isWordEnd ? '\u03c2' : '\u03c3'),
                _ => lower.Append(char.ToLowerInvariant(text[i])),
            };
        }
        return lower.ToString();
    }

    static bool IsWhiteSpace(char character) => char.IsWhiteSpace(character) || character is >= '\u001c' and <= '\u001f';
}
