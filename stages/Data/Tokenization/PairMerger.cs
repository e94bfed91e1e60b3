using System.Text;

namespace Llava.Data.Tokenization;

/// <summary>
/// Byte-pair encoding of one stretch of text: characters joined pair by pair, the lowest rank first, among equals the leftmost.
/// A linked list and a heap, O(n log n) for any length.
/// </summary>
internal sealed class PairMerger(TokenizerDefinition definition)
{
    const int NoNeighbour = -1;

    readonly CharacterSymbols _characters = new(definition.Symbols);
    readonly MergeTable _merges = new(definition.Merges);
    readonly ByteTokens? _bytes = definition.ByteFallback ? new ByteTokens(definition) : null;

    /// <summary>Appends the ids of <paramref name="text"/>, whose spaces are U+2581 already.</summary>
    /// <param name="partStart">How long <paramref name="ids"/> was before this part: what stands there already never fuses with it.</param>
    public void Append(ReadOnlySpan<char> text, TokenBuffer ids, int partStart)
    {
        var work = MergeWorkspace.Current;
        work.Candidates.Clear();
        work.EnsureCapacity(text.Length);
        var count = SplitIntoCharacters(text, work);
        for (var place = 0; place + 1 < count; place++)
            Consider(work, place, place + 1);
        while (work.Candidates.TryDequeue(out var pair, out var priority))
            MergeIfCurrent(work, (int)(uint)priority, pair);
        Emit(text, work, count, ids, partStart);
    }

    int SplitIntoCharacters(ReadOnlySpan<char> text, MergeWorkspace work)
    {
        var count = 0;
        for (var start = 0; start < text.Length; count++)
        {
            Rune.DecodeFromUtf16(text[start..], out var character, out var length);
            work.Symbols[count] = _characters[character];
            work.Starts[count] = start;
            work.Previous[count] = count - 1;
            work.Next[count] = count + 1;
            start += length;
        }
        work.Next[count - 1] = NoNeighbour;
        return count;
    }

    void Consider(MergeWorkspace work, int place, int nextPlace)
    {
        var (left, right) = (work.Symbols[place], work.Symbols[nextPlace]);
        if ((left | right) >= 0 && _merges.TryGet(left, right, out var result))
            work.Candidates.Enqueue((left, right, result.Merged), ((ulong)(uint)result.Rank << 32) | (uint)place);
    }

    /// <summary>A candidate is stale when one of its symbols has been merged since; symbols only grow, so the ids tell.</summary>
    void MergeIfCurrent(MergeWorkspace work, int place, (int Left, int Right, int Merged) pair)
    {
        var nextPlace = work.Next[place];
        if (work.Symbols[place] != pair.Left || nextPlace == NoNeighbour || work.Symbols[nextPlace] != pair.Right)
            return;
        work.Symbols[place] = pair.Merged;
        work.Symbols[nextPlace] = CharacterSymbols.None;
        var after = work.Next[nextPlace];
        work.Next[place] = after;
        if (after != NoNeighbour)
        {
            work.Previous[after] = place;
            Consider(work, place, after);
        }
        if (work.Previous[place] != NoNeighbour)
            Consider(work, work.Previous[place], place);
    }

    void Emit(ReadOnlySpan<char> text, MergeWorkspace work, int count, TokenBuffer ids, int partStart)
    {
        for (var place = count == 0 ? NoNeighbour : 0; place != NoNeighbour; place = work.Next[place])
        {
            var symbol = work.Symbols[place];
            if (symbol >= 0 && symbol < definition.VocabularySize)
                ids.Add(symbol);
            else if (_bytes is null)
                AddUnknown(ids, partStart);
            else
                _bytes.Append(text[work.Starts[place]..], ids);
        }
    }

    /// <summary>Unknown characters in a row are one token.</summary>
    void AddUnknown(TokenBuffer ids, int partStart)
    {
        if (ids.Count == partStart || ids.Ids[^1] != definition.UnknownId)
            ids.Add(definition.UnknownId);
    }
}
