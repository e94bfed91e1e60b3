namespace Llava.Data.Tokenization;

/// <summary>Writes a part's spaces as U+2581 and puts the leading one before it, as the <see cref="WhitespaceRule"/> says.</summary>
internal sealed class SpaceMarking(WhitespaceRule rule)
{
    const char Mark = LlamaTokenizer.SpaceMark;

    /// <summary>The longest result for a part of <paramref name="length"/> UTF-16 units.</summary>
    public static int Bound(int length) => length + 1;

    /// <returns>How much of <paramref name="target"/> was written.</returns>
    public int Write(ReadOnlySpan<char> part, bool isFirstPart, Span<char> target)
    {
        if (rule.CollapseSpaces)
            part = part.Trim(' ');
        if (part.IsEmpty)
            return 0;
        var length = 0;
        var wantsPrefix = rule.Prefix == PrefixRule.EveryPart || rule.Prefix == PrefixRule.FirstPart && isFirstPart;
        if (wantsPrefix && !(rule.SkipPrefixWherePresent && part[0] is ' ' or Mark))
            target[length++] = Mark;
        if (!rule.CollapseSpaces)
        {
            part.Replace(target[length..], ' ', Mark);
            return length + part.Length;
        }
        for (var index = 0; index < part.Length; index++)
        {
            if (part[index] != ' ' || part[index - 1] != ' ')
                target[length++] = part[index] == ' ' ? Mark : part[index];
        }
        // SentencePiece trims the end after the marking, so that marks written in the text go as well.
        return target[..length].TrimEnd(Mark).Length;
    }
}
