namespace Llava.Data.Tokenization;

/// <summary>Which parts of a text, where literal special tokens cut it, get a space put before them.</summary>
internal enum PrefixRule { None, FirstPart, EveryPart }

/// <summary>How spaces are prepared before the merging; each is then written as U+2581.</summary>
/// <param name="CollapseSpaces">Spaces at both ends go, runs become one (SentencePiece's remove_extra_whitespaces).</param>
/// <param name="SkipPrefixWherePresent">A part that begins with a space gets no other (Metaspace of tokenizer.json).</param>
/// <param name="AfterLiteralTokens">Spaces are marked only after all literal tokens were cut out, "normalized" ones as well (Metaspace).</param>
internal sealed record WhitespaceRule(
    PrefixRule Prefix,
    bool CollapseSpaces = false,
    bool SkipPrefixWherePresent = false,
    bool AfterLiteralTokens = false);
