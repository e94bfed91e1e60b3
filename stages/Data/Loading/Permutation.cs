using System.Numerics;

namespace Llava.Data.Loading;

/// <summary>
/// A permutation of 0 … count-1 that needs no memory: any place of it is computed alone. A Feistel network over the next even
/// number of bits, walked until it lands inside (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
/// </summary>
readonly struct Permutation
{
    const int Rounds = 6;

    readonly long _count;
    readonly ulong _key;
    readonly int _halfBits;
    readonly ulong _halfMask;

    public Permutation(long count, long seed, long epoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _count = count;
        _key = Mix(Mix((ulong)seed) + (ulong)epoch);
        _halfBits = Math.Max(1, (65 - BitOperations.LeadingZeroCount((ulong)(count - 1))) / 2);
        _halfMask = (1UL << _halfBits) - 1;
    }

    public long this[long index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)_count, nameof(index));
            var value = (ulong)index;
            do
                value = Encrypt(value);
            while (value >= (ulong)_count);
            return (long)value;
        }
    }

    ulong Encrypt(ulong value)
    {
        var (left, right) = (value >> _halfBits, value & _halfMask);
        for (var round = 0ul; round < Rounds; round++)
            (left, right) = (right, left ^ (Mix(_key + Mix((round << 56) | right)) & _halfMask));
        return (left << _halfBits) | right;
    }

    // The finalizer of splitmix64 (Steele, Lea, Flood 2014).
    static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
