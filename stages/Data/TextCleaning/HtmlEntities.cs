using System.Globalization;
using System.Text.RegularExpressions;

namespace Llava.Data.TextCleaning;

/// <summary>
/// Replaces HTML references that end in a semicolon, named ones in capitals included (<c>&amp;EACUTE;</c>).
/// Source: <c>unescape_html</c> of ftfy 6.1.1 and Python's <c>html.unescape</c>.
/// </summary>
internal static partial class HtmlEntities
{
    const int LastCodePoint = 0x10FFFF;

    static readonly Lazy<Dictionary<string, string>> Named = new(() => TableResource.Lines("html-entities.txt")
        .Select(line => line.Split(' '))
        .ToDictionary(parts => parts[0], parts => TableResource.Characters(parts.AsSpan(1)), StringComparer.Ordinal));

    public static string Unescape(string text) =>
        text.Contains('&') ? Reference().Replace(text, match => Character(match.ValueSpan[1..^1]) ?? match.Value) : text;

    /// <param name="reference">What stands between the ampersand and the semicolon.</param>
    static string? Character(ReadOnlySpan<char> reference)
    {
        if (reference is not ['#', .. var number])
            return Named.Value.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(reference, out var characters) ? characters : null;
        var isHexadecimal = number is ['x' or 'X', _, ..];
        var digits = isHexadecimal ? number[1..] : number;
        if (digits.ContainsAnyExcept(isHexadecimal ? "0123456789abcdefABCDEF" : "0123456789"))
            return null;
        var style = isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return FromNumber(System.Numerics.BigInteger.Parse(digits.ToString().Insert(0, "0"), style, CultureInfo.InvariantCulture));
    }

    static string? FromNumber(System.Numerics.BigInteger number)
    {
        if (number > LastCodePoint)
            return "\uFFFD";
        return (int)number switch
        {
            ';' => null, // html.unescape's answer is only taken where no semicolon is left
            0 or >= 0xD800 and <= 0xDFFF => "\uFFFD",
            '\r' => "\r",
            >= 0x80 and <= 0x9F and var control => SingleByteEncoding.Windows1252.UpperHalf[control - 0x80].ToString(),
            var codePoint when IsDiscarded(codePoint) => "",
            var codePoint => char.ConvertFromUtf32(codePoint),
        };
    }

    /// <summary>Control characters and non-characters.</summary>
    static bool IsDiscarded(int codePoint) =>
        codePoint is >= 0x1 and <= 0x8 or 0xB or >= 0xE and <= 0x1F or 0x7F or >= 0xFDD0 and <= 0xFDEF || (codePoint & 0xFFFE) == 0xFFFE;

    [GeneratedRegex("&#?[0-9A-Za-z]{1,24};")]
    private static partial Regex Reference();
}
