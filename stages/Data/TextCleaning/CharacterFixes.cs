using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Llava.Data.TextCleaning;

/// <summary>The steps of ftfy 6.1.1 that look at single characters: each returns the very same string where it has nothing to do.</summary>
internal static partial class CharacterFixes
{
    static readonly (char Character, string Letters)[] Ligatures =
    [
        ('\u0132', "IJ"), ('\u0133', "ij"), ('\u0149', "\u02BCn"),
        ('\u01F1', "DZ"), ('\u01F2', "Dz"), ('\u01F3', "dz"),
        ('\u01C4', "D\u017D"), ('\u01C5', "D\u017E"), ('\u01C6', "d\u017E"),
        ('\u01C7', "LJ"), ('\u01C8', "Lj"), ('\u01C9', "lj"),
        ('\u01CA', "NJ"), ('\u01CB', "Nj"), ('\u01CC', "nj"),
        ('\uFB00', "ff"), ('\uFB01', "fi"), ('\uFB02', "fl"), ('\uFB03', "ffi"), ('\uFB04', "ffl"), ('\uFB05', "\u017Ft"), ('\uFB06', "st"),
    ];

    static readonly SearchValues<char> LineBreaks = SearchValues.Create("\r\u2028\u2029\u0085");

    static readonly SearchValues<char> Controls = SearchValues.Create(string.Concat(
        Range(0x00, 0x08), "\u000B", Range(0x0E, 0x1F), "\u007F", Range(0x206A, 0x206F), "\uFEFF", Range(0xFFF9, 0xFFFC)));

    /// <summary>Latin ligatures to letters, then full and half width to the usual one, then curly quotes to straight ones.</summary>
    static readonly Dictionary<char, string> Plain = BuildPlain();

    static readonly SearchValues<char> PlainKeys = SearchValues.Create([.. Plain.Keys]);

    /// <summary>Ligatures, width and quotes at once.</summary>
    public static string Simplify(string text)
    {
        var first = text.AsSpan().IndexOfAny(PlainKeys);
        if (first < 0)
            return text;
        var result = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (var character in text.AsSpan(first))
        {
            if (Plain.TryGetValue(character, out var plain))
                result.Append(plain);
            else
                result.Append(character);
        }
        return result.ToString();
    }

    public static string UnifyLineBreaks(string text) => text.AsSpan().ContainsAny(LineBreaks)
        ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace('\u2028', '\n').Replace('\u2029', '\n').Replace('\u0085', '\n')
        : text;

    public static string ReplaceLoneSurrogates(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return text;
        var result = new StringBuilder(text.Length);
        foreach (var character in text.EnumerateRunes())
            result.Append(character.ToString());
        return result.ToString();
    }

    public static string RemoveTerminalEscapes(string text) => text.Contains('\u001B') ? TerminalEscape().Replace(text, "") : text;

    public static string RemoveControls(string text)
    {
        if (!text.AsSpan().ContainsAny(Controls))
            return text;
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (!Controls.Contains(character))
                result.Append(character);
        }
        return result.ToString();
    }

    static Dictionary<char, string> BuildPlain()
    {
        var plain = Ligatures.ToDictionary(entry => entry.Character, entry => Straighten(entry.Letters));
        foreach (var line in TableResource.Lines("character-width.txt"))
        {
            var parts = line.Split(' ');
            plain[(char)TableResource.CodePoint(parts[0])] = Straighten(TableResource.Characters(parts.AsSpan(1)));
        }
        foreach (var quote in "\u02BC\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F")
            plain[quote] = Straighten(quote.ToString());
        return plain;
    }

    static string Straighten(string text) => string.Concat(text.Select(character => character switch
    {
        '\u02BC' or >= '\u2018' and <= '\u201B' => '\'',
        >= '\u201C' and <= '\u201F' => '"',
        _ => character,
    }));

    static string Range(int first, int last) => string.Concat(Enumerable.Range(first, last - first + 1).Select(value => (char)value));

    [GeneratedRegex(@"\x1B\[[\d;]*[a-zA-Z]")]
    private static partial Regex TerminalEscape();
}
