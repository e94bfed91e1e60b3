namespace Llava.Data.TextCleaning;

/// <summary>Korean syllables, whose parts are found by arithmetic (The Unicode Standard, section 3.12).</summary>
internal static class Hangul
{
    public const int FirstVowel = 0x1161;
    public const int VowelCount = 21;

    /// <summary>One before the first trailing consonant: index 0 means "none".</summary>
    public const int FirstTrailing = 0x11A7;
    public const int TrailingCount = 28;

    const int FirstSyllable = 0xAC00;
    const int FirstLeading = 0x1100;
    const int LeadingCount = 19;

    public static bool IsSyllable(int codePoint) => codePoint is >= FirstSyllable and < FirstSyllable + LeadingCount * VowelCount * TrailingCount;

    public static void AppendParts(int syllable, List<int> parts)
    {
        var index = syllable - FirstSyllable;
        parts.Add(FirstLeading + index / (VowelCount * TrailingCount));
        parts.Add(FirstVowel + index / TrailingCount % VowelCount);
        if (index % TrailingCount != 0)
            parts.Add(FirstTrailing + index % TrailingCount);
    }

    public static bool TryCompose(int first, int second, out int composite)
    {
        var (leading, vowel, trailing) = (first - FirstLeading, second - FirstVowel, second - FirstTrailing);
        if (leading is >= 0 and < LeadingCount && vowel is >= 0 and < VowelCount)
        {
            composite = FirstSyllable + (leading * VowelCount + vowel) * TrailingCount;
            return true;
        }
        composite = first + trailing;
        return IsSyllable(first) && (first - FirstSyllable) % TrailingCount == 0 && trailing is > 0 and < TrailingCount;
    }
}
