namespace Llava.Data.Tokenization;

/// <summary>Ids of a part of a text that holds no literal tokens and whose spaces are U+2581 already.</summary>
internal sealed class PartEncoder(TokenizerDefinition definition)
{
    readonly MergeBoundaries _boundaries = new(definition.Symbols);
    readonly PairMerger _merger = new(definition);

    /// <summary>Without byte fallback unknown characters of neighbouring words fuse, so that a word's ids depend on its neighbour.</summary>
    readonly WordCache? _cache = definition.ByteFallback ? new WordCache() : null;

    public void Append(ReadOnlySpan<char> text, TokenBuffer ids)
    {
        var partStart = ids.Count;
        for (var start = 0; start < text.Length;)
        {
            var end = _boundaries.EndOfStretch(text, start);
            AppendStretch(text[start..end], ids, partStart);
            start = end;
        }
    }

    void AppendStretch(ReadOnlySpan<char> word, TokenBuffer ids, int partStart)
    {
        if (_cache is null || word.Length > WordCache.LongestWord)
        {
            _merger.Append(word, ids, partStart);
            return;
        }
        var hash = WordCache.HashOf(word);
        if (_cache.TryAppend(word, hash, ids))
            return;
        var before = ids.Count;
        _merger.Append(word, ids, partStart);
        _cache.Remember(word, hash, ids.Ids[before..].ToArray());
    }
}
