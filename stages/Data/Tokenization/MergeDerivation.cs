namespace Llava.Data.Tokenization;

/// <summary>
/// A SentencePiece model lists pieces with scores, no merges: any two neighbours whose joined text is a piece may merge,
/// the highest score first.
/// </summary>
internal static class MergeDerivation
{
    /// <summary>The pieces, then every character that stands inside a piece of several without being a piece itself.</summary>
    public static List<VocabularyPiece> WithLooseCharacters(IReadOnlyList<VocabularyPiece> pieces)
    {
        var known = pieces.Where(piece => piece.IsText).Select(piece => piece.Text).ToHashSet(StringComparer.Ordinal);
        List<VocabularyPiece> symbols = [.. pieces];
        foreach (var piece in pieces.Where(piece => piece.IsText))
        {
            foreach (var character in piece.Text.EnumerateRunes())
            {
                if (known.Add(character.ToString()))
                    symbols.Add(new VocabularyPiece(character.ToString(), 0, PieceKind.Unused));
            }
        }
        return symbols;
    }

    public static List<MergeRule> FromScores(IReadOnlyList<VocabularyPiece> symbols)
    {
        var ranks = RankByScore(symbols);
        var ids = new Dictionary<string, int>(symbols.Count, StringComparer.Ordinal);
        for (var id = 0; id < symbols.Count; id++)
        {
            if (symbols[id].IsText || symbols[id].Kind == PieceKind.Unused)
                ids.TryAdd(symbols[id].Text, id);
        }
        var byText = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new List<MergeRule>(symbols.Count * 2);
        for (var id = 0; id < symbols.Count; id++)
        {
            var text = symbols[id].Text.AsSpan();
            if (!symbols[id].IsText || ids[symbols[id].Text] != id)
                continue;
            for (var cut = 1; cut < text.Length; cut++)
            {
                if (!char.IsLowSurrogate(text[cut]) && byText.TryGetValue(text[..cut], out var left) && byText.TryGetValue(text[cut..], out var right))
                    merges.Add(new MergeRule(left, right, id, ranks[symbols[id].Score]));
            }
        }
        return merges;
    }

    /// <summary>Equal scores share a rank: SentencePiece then takes the leftmost pair.</summary>
    static Dictionary<float, int> RankByScore(IReadOnlyList<VocabularyPiece> symbols) => symbols
        .Where(piece => piece.IsText)
        .Select(piece => piece.Score)
        .Distinct()
        .OrderDescending()
        .Index()
        .ToDictionary(entry => entry.Item, entry => entry.Index);
}
