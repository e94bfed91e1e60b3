using System.Buffers;
using System.Text;

namespace Llava.Data.TextCleaning;

/// <summary>
/// Repairs text that programs have damaged: <c>fix_text</c> of ftfy 6.1.1 with its default options. Line by line; where one line
/// has a <c>&lt;</c>, HTML references stay as they are from there on.
/// </summary>
internal sealed class TextFixer(UnicodeForm form)
{
    const int LongestSegmentCharacters = 1_000_000;

    /// <summary>What no step changes: ASCII without controls and ampersands.</summary>
    static readonly SearchValues<char> Untouched = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Select(value => (char)value).Except("&"), '\t', '\n', '\f']);

    public string Fix(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Untouched))
            return text;
        var result = new StringBuilder(text.Length + 16);
        var unescapesHtml = true;
        for (var start = 0; start < text.Length;)
        {
            var end = EndOfSegment(text, start);
            var segment = text.AsSpan(start..end);
            unescapesHtml &= !segment.Contains('<');
            if (segment.ContainsAnyExcept(Untouched))
                result.Append(FixSegment(segment.ToString(), unescapesHtml));
            else
                result.Append(segment);
            start = end;
        }
        return result.ToString();
    }

    /// <summary>Behind the next line break, or where the segment gets too long.</summary>
    static int EndOfSegment(string text, int start)
    {
        var lineBreak = text.IndexOf('\n', start);
        var end = lineBreak < 0 ? text.Length : lineBreak + 1;
        if (end - start <= LongestSegmentCharacters)
            return end;
        var index = start;
        for (var characters = 0; characters < LongestSegmentCharacters && index < end; characters++)
            index += char.IsSurrogatePair(text, index) ? 2 : 1;
        return index;
    }

    string FixSegment(string text, bool unescapesHtml)
    {
        while (true)
        {
            var before = text;
            if (unescapesHtml)
                text = HtmlEntities.Unescape(text);
            text = EncodingRepair.Repair(text);
            text = EncodingRepair.ReadC1AsWindows1252(text);
            text = CharacterFixes.Simplify(text);
            text = CharacterFixes.UnifyLineBreaks(text);
            text = CharacterFixes.ReplaceLoneSurrogates(text);
            text = CharacterFixes.RemoveTerminalEscapes(text);
            text = CharacterFixes.RemoveControls(text);
            text = UnicodeNormalizer.Normalize(text, form);
            if (text == before)
                return text;
        }
    }
}
