namespace Llava.Data.Tokenization;

/// <summary>
/// Ids of short stretches met before. A fixed table in which a newer stretch replaces the one in its slot: bounded, without locks
/// (an entry is immutable and published by one reference write), and never a matter of correctness.
/// </summary>
internal sealed class WordCache
{
    public const int LongestWord = 32;
    const int SlotCount = 1 << 16;

    readonly Entry?[] _slots = new Entry?[SlotCount];

    public bool TryAppend(ReadOnlySpan<char> word, uint hash, TokenBuffer ids)
    {
        var entry = _slots[hash % SlotCount];
        if (entry is null || !word.SequenceEqual(entry.Word))
            return false;
        if (entry.Ids.Length == 1)
            ids.Add(entry.Ids[0]);
        else
            ids.Add(entry.Ids);
        return true;
    }

    public void Remember(ReadOnlySpan<char> word, uint hash, int[] ids) =>
        _slots[hash % SlotCount] = new Entry(word.ToArray(), ids);

    /// <summary>Spread over all 32 bits, of which the slot takes the lowest.</summary>
    public static uint HashOf(ReadOnlySpan<char> word)
    {
        var hash = 0x811C9DC5u;
        foreach (var unit in word)
            hash = (hash ^ unit) * 0x01000193;
        return hash ^ (hash >> 15);
    }

    sealed class Entry(char[] word, int[] ids)
    {
        public readonly char[] Word = word;
        public readonly int[] Ids = ids;
    }
}
