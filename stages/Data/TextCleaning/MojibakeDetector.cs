using System.Text;
using System.Text.RegularExpressions;
using static Llava.Data.TextCleaning.MojibakeCategories;

namespace Llava.Data.TextCleaning;

/// <summary>
/// Whether a text looks misread: neighbours that hardly ever meet in real text, such as an accented small letter followed by a
/// currency sign. Source: the heuristic of ftfy 6.1.1 (badness.py).
/// </summary>
internal static partial class MojibakeDetector
{
    /// <summary>White space as Python's <c>\s</c> has it.</summary>
    const string Space = @"[\s\x1C-\x1F]";
    const string Accented = LowerAccented + UpperAccented;
    const string Sign = Currency + Numeric;
    const string Punctuation = StartPunctuation + EndPunctuation;

    const string Neighbours =
        $"[{C1}]" +
        $"|[{Bad}{Accented}{Box}{Punctuation}{Sign}][{Bad}]" +
        $"|[a-zA-Z][{LowerCommon}{UpperCommon}][{Bad}]" +
        $"|[{Bad}][{Accented}{Box}{Punctuation}{Sign}]" +
        $"|[{LowerAccented}{LowerCommon}{Box}{EndPunctuation}{Sign}][{UpperAccented}]" +
        $"|[{Box}{EndPunctuation}{Sign}][{LowerAccented}]" +
        $"|[{LowerAccented}{Box}{EndPunctuation}][{Currency}]" +
        $"|{Space}[{UpperAccented}][{Currency}]" +
        $"|[{UpperAccented}{Box}][{Numeric}]" +
        $"|[{Accented}{Box}{Currency}{EndPunctuation}][{StartPunctuation}][{Numeric}]" +
        $"|[{Accented}{Sign}{Box}][{EndPunctuation}][{StartPunctuation}]" +
        $"|[{Sign}{Box}][{StartPunctuation}]" +
        $"|[a-z][{UpperAccented}][{StartPunctuation}{Currency}]" +
        $"|[{Box}][{Kaomoji}]" +
        $"|[{Accented}{Sign}{Punctuation}][{Box}]" +
        $"|[{Box}][{EndPunctuation}]" +
        $@"|[{Accented}][{EndPunctuation}][\p{{L}}\p{{N}}_]";

    /// <summary>Misread Windows-1252, œ before anything but a plain letter, and Arabic and South Asian letters.</summary>
    const string FromWindows1252 =
        "[Œœ][^A-Za-z]" +
        $@"|[ÂÃÎÐ][€Šš¢£Ÿž\u00A0\u00AD®©°·»{Punctuation}–—´]" +
        "|×[²³]" +
        $"|[ØÙ][{Common}{Sign}{Bad}{StartPunctuation}ŸŠ®°µ»][ØÙ][{Common}{Sign}{Bad}{StartPunctuation}ŸŠ®°µ»]" +
        "|à[²µ¹¼½¾]" +
        @"|Ã[\u00A0¡]" +
        $"|[a-z]{Space}?[ÃÂ][ ]" +
        "|^[ÃÂ][ ]" +
        $"|[a-z.,?!{EndPunctuation}]Â[ {Punctuation}]";

    const string FromMacRoman =
        "√[±∂†≠®™´≤≥¥µø]" +
        "|≈[°¢]" +
        "|‚Ä[ìîïòôúùû†°¢π]" +
        "|‚[âó][àä°ê]";

    const string AnyCharacter = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\n])";

    const string FromWindows1251 =
        "вЂ" +
        $"|[ВГРС][{C1}{Bad}{Punctuation}{Currency}°µ][ВГРС]" +
        $"|ГўВЂВ{AnyCharacter}[A-Za-z ]";

    const string FromWindows1253 =
        @"β€[™\u00A0Ά\u00AD®°]" +
        $"|[ΒΓΞΟ][{C1}{Bad}{Punctuation}{Currency}°][ΒΓΞΟ]";

    public static bool IsBad(ReadOnlySpan<char> text)
    {
        if (Improbable().IsMatch(text))
            return true;
        // A letter or digit beyond U+FFFF is two UTF-16 units, which no class matches.
        foreach (var match in AccentBeforeSurrogate().EnumerateMatches(text))
        {
            Rune.DecodeFromUtf16(text[(match.Index + 2)..], out var character, out _);
            if (Rune.IsLetterOrDigit(character) || Rune.IsNumber(character))
                return true;
        }
        return false;
    }

    [GeneratedRegex($"{Neighbours}|{FromWindows1252}|{FromMacRoman}|{FromWindows1251}|{FromWindows1253}")]
    private static partial Regex Improbable();

    [GeneratedRegex($@"[{Accented}][{EndPunctuation}][\uD800-\uDBFF][\uDC00-\uDFFF]")]
    private static partial Regex AccentBeforeSurrogate();
}
