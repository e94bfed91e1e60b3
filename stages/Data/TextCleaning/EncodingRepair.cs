using System.Text.RegularExpressions;

namespace Llava.Data.TextCleaning;

/// <summary>
/// Undoes UTF-8 that was read in a one-byte encoding, as often as it happened, as a whole or piece by piece.
/// Source: <c>fix_encoding</c> of ftfy 6.1.1.
/// </summary>
internal static partial class EncodingRepair
{
    public static string Repair(string text)
    {
        while (true)
        {
            var repaired = RepairOnce(text);
            if (repaired == text)
                return text;
            text = repaired;
        }
    }

    /// <summary>C1 controls as what Windows-1252 means by these bytes.</summary>
    public static string ReadC1AsWindows1252(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u0080', '\u009F'))
            return text;
        return string.Create(text.Length, text, (characters, source) =>
        {
            for (var index = 0; index < characters.Length; index++)
                characters[index] = source[index] is >= '\u0080' and <= '\u009F' ? SingleByteEncoding.Windows1252.UpperHalf[source[index] - 0x80] : source[index];
        });
    }

    static string RepairOnce(string text)
    {
        if (System.Text.Ascii.IsValid(text) || !MojibakeDetector.IsBad(text))
            return text;
        foreach (var encoding in SingleByteEncoding.All)
        {
            if (encoding.Encode(text) is { } bytes && Utf8Variants.Decode(RestoreBytes(bytes, encoding.IsSloppy)) is { } whole)
                return whole;
        }
        var inPieces = Utf8Lookalike().Replace(text, match => RepairPiece(match, text.Length));
        return inPieces != text ? inPieces : ReadC1AsWindows1252(text);
    }

    static string RepairPiece(Match piece, int textLength) =>
        piece.Length < textLength && MojibakeDetector.IsBad(piece.ValueSpan) ? Repair(piece.Value) : piece.Value;

    /// <summary>Puts back the bytes that made UTF-8 out of this and that other programs replaced by spaces or lost.</summary>
    static string RestoreBytes(string bytes, bool isSloppy)
    {
        if (SpaceInsideSequence().IsMatch(bytes))
        {
            bytes = AGraveBeforeSpace().Replace(bytes, "\u00C3\u00A0 ");
            bytes = SpaceInsideSequence().Replace(bytes, match => match.Value.Replace(' ', '\u00A0'));
        }
        return isSloppy ? LossySequence().Replace(bytes, "\u00EF\u00BF\u00BD") : bytes;
    }

    /// <summary>UTF-8 sequences in which byte A0 became a space, limited to those that spell likely characters.</summary>
    [GeneratedRegex(
        @"[\xC2\xC3\xC5\xCE\xD0\xD9][ ]" +
        @"|[\xE2\xE3][ ][\x80-\x84\x86-\x9F\xA1-\xBF]" +
        @"|[\xE0-\xE3][\x80-\x84\x86-\x9F\xA1-\xBF][ ]" +
        @"|\xF0[ ][\x80-\xBF][\x80-\xBF]" +
        @"|\xF0[\x80-\xBF][ ][\x80-\xBF]" +
        @"|\xF0[\x80-\xBF][\x80-\xBF][ ]")]
    private static partial Regex SpaceInsideSequence();

    /// <summary>"à" as a word of its own, whose second byte merged with the space behind it.</summary>
    [GeneratedRegex(@"\xC3 (?! |quele|quela|quilo|s )")]
    private static partial Regex AGraveBeforeSpace();

    /// <summary>UTF-8 and CESU-8 sequences with lost bytes (1A, or a question mark once).</summary>
    [GeneratedRegex(
        @"[\xC2-\xDF]\x1A" +
        @"|[\xC2-\xC3][?]" +
        @"|\xED[\xA0-\xAF][\x1A?]\xED[\xB0-\xBF][\x1A?\x80-\xBF]" +
        @"|\xED[\xA0-\xAF][\x1A?\x80-\xBF]\xED[\xB0-\xBF][\x1A?]" +
        @"|[\xE0-\xEF][\x1A?][\x1A\x80-\xBF]" +
        @"|[\xE0-\xEF][\x1A\x80-\xBF][\x1A?]" +
        @"|[\xF0-\xF4][\x1A?][\x1A\x80-\xBF][\x1A\x80-\xBF]" +
        @"|[\xF0-\xF4][\x1A\x80-\xBF][\x1A?][\x1A\x80-\xBF]" +
        @"|[\xF0-\xF4][\x1A\x80-\xBF][\x1A\x80-\xBF][\x1A?]" +
        @"|\x1A")]
    private static partial Regex LossySequence();

    [GeneratedRegex(
        $"(?<![{Utf8Clues.ContinuationStrict}])" +
        $"(?:[{Utf8Clues.FirstOfTwo}][{Utf8Clues.Continuation}]" +
        $"|[{Utf8Clues.FirstOfThree}][{Utf8Clues.Continuation}]{{2}}" +
        $"|[{Utf8Clues.FirstOfFour}][{Utf8Clues.Continuation}]{{3}})+")]
    private static partial Regex Utf8Lookalike();
}
