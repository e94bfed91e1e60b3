using System.Buffers;
using System.Globalization;
using System.Text;

namespace Llava.Data.Tokenization;

/// <summary>Finds literal tokens in a text: the leftmost first, the longest of those that start together.</summary>
internal sealed class TokenFinder
{
    readonly AddedToken[] _longestFirst;
    readonly SearchValues<string> _patterns;

    public TokenFinder(IEnumerable<AddedToken> tokens)
    {
        _longestFirst = [.. tokens.Where(token => token.Pattern.Length > 0).OrderByDescending(token => token.Pattern.Length)];
        _patterns = SearchValues.Create([.. _longestFirst.Select(token => token.Pattern)], StringComparison.Ordinal);
    }

    public bool IsEmpty => _longestFirst.Length == 0;

    /// <summary>The first token at or behind <paramref name="from"/> and the range it covers, stripped white space included.</summary>
    public bool TryFind(ReadOnlySpan<char> text, int from, out AddedToken token, out int start, out int end)
    {
        for (var search = from; search < text.Length; search = end)
        {
            var found = text[search..].IndexOfAny(_patterns);
            if (found < 0)
                break;
            start = search + found;
            token = LongestAt(text[start..]);
            end = start + token.Pattern.Length;
            if (token.SingleWord && (EndsInWord(text[..start]) || StartsWithWord(text[end..])))
                continue;
            while (token.StripLeft && start > from && char.IsWhiteSpace(text[start - 1]))
                start--;
            while (token.StripRight && end < text.Length && char.IsWhiteSpace(text[end]))
                end++;
            return true;
        }
        (token, start, end) = (null!, text.Length, text.Length);
        return false;
    }

    AddedToken LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var token in _longestFirst)
        {
            if (text.StartsWith(token.Pattern, StringComparison.Ordinal))
                return token;
        }
        throw new InvalidOperationException("the search found a token that is none");
    }

    static bool EndsInWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var character, out _) == OperationStatus.Done && IsWordCharacter(character);

    static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var character, out _) == OperationStatus.Done && IsWordCharacter(character);

    static bool IsWordCharacter(Rune character) => Rune.IsLetterOrDigit(character)
        || Rune.GetUnicodeCategory(character) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
