using System.Numerics;

namespace Llava.Data.Tokenization;

/// <summary>Which pairs of symbols merge, into what and how early: a hash table with open addressing.</summary>
internal sealed class MergeTable
{
    const ulong Empty = ulong.MaxValue;

    readonly ulong[] _pairs;
    readonly (int Merged, int Rank)[] _results;
    readonly int _shift;

    public MergeTable(IReadOnlyList<MergeRule> merges)
    {
        var capacity = BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, merges.Count * 2));
        _shift = 64 - BitOperations.Log2(capacity);
        _pairs = new ulong[capacity];
        _results = new (int, int)[capacity];
        Array.Fill(_pairs, Empty);
        foreach (var merge in merges)
        {
            var slot = SlotOf(PairOf(merge.Left, merge.Right));
            if (_pairs[slot] != Empty)
                continue;
            _pairs[slot] = PairOf(merge.Left, merge.Right);
            _results[slot] = (merge.Merged, merge.Rank);
        }
    }

    public bool TryGet(int left, int right, out (int Merged, int Rank) result)
    {
        var slot = SlotOf(PairOf(left, right));
        result = _results[slot];
        return _pairs[slot] != Empty;
    }

    static ulong PairOf(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    /// <summary>The slot that holds the pair, or the empty one where it would go.</summary>
    int SlotOf(ulong pair)
    {
        var slot = (int)((pair * 0x9E3779B97F4A7C15) >> _shift);
        while (_pairs[slot] != pair && _pairs[slot] != Empty)
            slot = (slot + 1) & (_pairs.Length - 1);
        return slot;
    }
}
