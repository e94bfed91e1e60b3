using System.Numerics;

namespace Llava.Hdf5.Shuffling;

/// <summary>
/// One permutation of 0 … count-1 for each seed, computed place by place: nothing is stored, so any number of rows takes the same
/// memory, and any number of workers sees the same order. A Feistel network over the next even number of bits, walked until the
/// place lies inside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002).
/// </summary>
sealed class ShuffledOrder
{
    const int Rounds = 8;

    readonly long _count;
    readonly int _halfBits;
    readonly ulong[] _keys = new ulong[Rounds];

    public ShuffledOrder(long seed, long count)
    {
        _count = count;
        _halfBits = Math.Max(1, (BitOperations.Log2((ulong)Math.Max(1, count - 1)) + 2) / 2);
        var state = Mix((ulong)seed) ^ Mix((ulong)count + 0x9E3779B97F4A7C15);
        for (var round = 0; round < Rounds; round++)
            _keys[round] = Mix(state += 0x9E3779B97F4A7C15);
    }

    /// <summary>Where the row at <paramref name="index"/> goes.</summary>
    public long PlaceOf(long index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)_count, nameof(index));
        do
            index = Encrypt(index);
        while (index >= _count);
        return index;
    }

    long Encrypt(long value)
    {
        var mask = (1UL << _halfBits) - 1;
        var (left, right) = ((ulong)value >> _halfBits, (ulong)value & mask);
        foreach (var key in _keys)
            (left, right) = (right, left ^ Mix(right + key) & mask);
        return (long)(left << _halfBits | right);
    }

    // The finaliser of SplitMix64.
    static ulong Mix(ulong value)
    {
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
        value = (value ^ value >> 27) * 0x94D049BB133111EB;
        return value ^ value >> 31;
    }
}
