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
        var known = new HashSet<string>(pieces.Count, StringComparer.Ordinal);
        foreach (var piece in pieces.Where(piece => piece.IsText))
            known.Add(piece.Text);
        var knownSpans = known.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> units = stackalloc char[2];
        List<VocabularyPiece> symbols = [.. pieces];
        foreach (var piece in pieces.Where(piece => piece.IsText))
        {
            foreach (var character in piece.Text.EnumerateRunes())
            {
                if (knownSpans.Add(units[..character.EncodeToUtf16(units)]))
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
                    merges.Add(new MergeRule(left, right, id, ranks[id]));
            }
        }
        return merges;
    }

    /// <summary>By symbol. Equal scores share a rank: SentencePiece then takes the leftmost pair.</summary>
    static int[] RankByScore(IReadOnlyList<VocabularyPiece> symbols)
    {
        float[] scores = [.. symbols.Select(piece => -piece.Score)];
        var ascending = scores.ToArray();
        Array.Sort(ascending);
        var distinct = new List<float>(ascending.Length);
        foreach (var score in ascending)
        {
            if (distinct.Count == 0 || score != distinct[^1])
                distinct.Add(score);
        }
        return Array.ConvertAll(scores, distinct.BinarySearch);
    }
}
