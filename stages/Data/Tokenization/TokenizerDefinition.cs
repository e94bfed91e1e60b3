namespace Llava.Data.Tokenization;

/// <summary>A BPE tokenizer as read from its files, whatever their format.</summary>
/// <param name="Symbols">
/// The pieces in id order, then characters that occur inside pieces but are none themselves: they take part in merges and have no id.
/// </param>
/// <param name="VocabularySize">How many of the symbols are pieces.</param>
/// <param name="ByteFallback">Characters without a piece become the ids of their UTF-8 bytes, else the unknown id.</param>
internal sealed record TokenizerDefinition(
    string Path,
    IReadOnlyList<VocabularyPiece> Symbols,
    int VocabularySize,
    IReadOnlyList<MergeRule> Merges,
    WhitespaceRule Whitespace,
    bool ByteFallback,
    int UnknownId,
    IReadOnlyList<AddedToken> AddedTokens);
