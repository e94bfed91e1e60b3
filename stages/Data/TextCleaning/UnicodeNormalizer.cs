using System.Text;

namespace Llava.Data.TextCleaning;

/// <summary>
/// Unicode normalisation (UAX #15) with tables of its own: <see cref="string.Normalize()"/> changes nothing where globalisation is
/// invariant, and would follow the system's library elsewhere. A lone surrogate counts as U+FFFD.
/// </summary>
internal static class UnicodeNormalizer
{
    /// <summary>Everything before the first combining mark is in form C.</summary>
    const char FirstMark = '\u0300';

    public static string Normalize(string text, UnicodeForm form)
    {
        if (form == UnicodeForm.None || Ascii.IsValid(text) || form == UnicodeForm.Nfc && IsSettled(text))
            return text;
        var codePoints = Decompose(text, form is UnicodeForm.Nfkc or UnicodeForm.Nfkd);
        if (form is UnicodeForm.Nfc or UnicodeForm.Nfkc)
            Compose(codePoints);
        var result = new StringBuilder(text.Length);
        foreach (var codePoint in codePoints)
            result.Append(new Rune(codePoint).ToString());
        return result.ToString();
    }

    static bool IsSettled(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', (char)(FirstMark - 1)))
            return true;
        foreach (var character in text.EnumerateRunes())
        {
            if (character.Value >= FirstMark && UnicodeTables.Instance.IsUnsettled(character.Value))
                return false;
        }
        return true;
    }

    static List<int> Decompose(string text, bool isCompatible)
    {
        var tables = UnicodeTables.Instance;
        var result = new List<int>(text.Length + 16);
        foreach (var character in text.EnumerateRunes())
        {
            if (Hangul.IsSyllable(character.Value))
                Hangul.AppendParts(character.Value, result);
            else if (tables.Decomposition(character.Value, isCompatible) is { } parts)
                result.AddRange(parts);
            else
                result.Add(character.Value);
        }
        SortMarks(result, tables);
        return result;
    }

    /// <summary>Runs of combining marks by their class, equals in their order.</summary>
    static void SortMarks(List<int> codePoints, UnicodeTables tables)
    {
        for (var start = 0; start < codePoints.Count; start++)
        {
            var end = start;
            while (end < codePoints.Count && tables.CombiningClass(codePoints[end]) != 0)
                end++;
            if (end - start > 1)
            {
                var marks = codePoints[start..end].OrderBy(mark => tables.CombiningClass(mark)).ToList();
                for (var index = start; index < end; index++)
                    codePoints[index] = marks[index - start];
            }
            start = Math.Max(start, end - 1);
        }
    }

    static void Compose(List<int> codePoints)
    {
        var tables = UnicodeTables.Instance;
        var (kept, starter, lastClass) = (0, -1, 0);
        foreach (var codePoint in codePoints.ToArray())
        {
            var combiningClass = tables.CombiningClass(codePoint);
            var isBlocked = starter != kept - 1 && (lastClass == 0 || lastClass >= combiningClass);
            if (starter >= 0 && !isBlocked && TryCompose(tables, codePoints[starter], codePoint, out var composite))
            {
                codePoints[starter] = composite;
                continue;
            }
            if (combiningClass == 0)
                starter = kept;
            lastClass = combiningClass;
            codePoints[kept++] = codePoint;
        }
        codePoints.RemoveRange(kept, codePoints.Count - kept);
    }

    static bool TryCompose(UnicodeTables tables, int first, int second, out int composite) =>
        Hangul.TryCompose(first, second, out composite) || tables.TryCompose(first, second, out composite);
}
