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

    /// <summary>Code points of the text in upper case, where a few letters become two or three.</summary>
    public static int UpperLength(string text) => text.EnumerateRunes().Sum(UpperLength);

    // Unicode's SpecialCasing.txt.
    static int UpperLength(Rune letter) => letter.Value switch
    {
        0x390 or 0x3b0 or 0x1f52 or 0x1f54 or 0x1f56 or 0x1fb7 or 0x1fc7 or 0x1fd2 or 0x1fd3 or 0x1fd7 or 0x1fe2 or 0x1fe3 or 0x1fe7 or 0x1ff7 or 0xfb03 or 0xfb04 => 3,
        0xdf or 0x149 or 0x1f0 or 0x587 or (>= 0x1e96 and <= 0x1e9a) or 0x1f50 or (>= 0x1f80 and <= 0x1faf) or (>= 0x1fb2 and <= 0x1fb4) or 0x1fb6 or 0x1fbc => 2,
        (>= 0x1fc2 and <= 0x1fc4) or 0x1fc6 or 0x1fcc or 0x1fd6 or 0x1fe4 or 0x1fe6 or (>= 0x1ff2 and <= 0x1ff4) or 0x1ff6 or 0x1ffc => 2,
        (>= 0xfb00 and <= 0xfb02) or 0xfb05 or 0xfb06 or (>= 0xfb13 and <= 0xfb17) => 2,
        _ => 1,
    };

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
