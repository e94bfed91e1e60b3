using System.Numerics;
using System.Runtime.InteropServices;

namespace Llava.Data.Hdf5.Compression;

/// <summary>The checksum at the end of a zlib stream (RFC 1950), of 32-bit numbers as little-endian bytes.</summary>
static class Adler32
{
    const uint Modulus = 65521;

    /// <summary>So many steps of one vector each do not overflow 32 bits: 1020 * n * (n + 1) / 2 below 2^32.</summary>
    const int StepsBeforeModulus = 2048;

    public static uint Of(ReadOnlySpan<int> values)
    {
        var (first, second) = (1u, 0u);
        while (!values.IsEmpty)
        {
            var count = Math.Min(values.Length, StepsBeforeModulus * Vector<uint>.Count);
            count = count < Vector<uint>.Count ? count : count - count % Vector<uint>.Count;
            var block = MemoryMarshal.Cast<int, uint>(values[..count]);
            (first, second) = count < Vector<uint>.Count ? AddOneByOne(block, first, second) : AddVectors(block, first, second);
            values = values[count..];
        }
        return second << 16 | first;
    }

    static (uint First, uint Second) AddOneByOne(ReadOnlySpan<uint> values, uint first, uint second)
    {
        foreach (var value in values)
        {
            for (var shift = 0; shift < 32; shift += 8)
            {
                first = (first + (value >> shift & 0xFF)) % Modulus;
                second = (second + first) % Modulus;
            }
        }
        return (first, second);
    }

    static (uint First, uint Second) AddVectors(ReadOnlySpan<uint> values, uint first, uint second)
    {
        var lowest = new Vector<uint>(0xFF);
        var (sums, earlier, weighted) = (Vector<uint>.Zero, Vector<uint>.Zero, Vector<uint>.Zero);
        var length = 4ul * (ulong)values.Length;
        var vectors = MemoryMarshal.Cast<uint, Vector<uint>>(values);
        foreach (var vector in vectors)
        {
            var (b0, b1, b2, b3) = (vector & lowest, vector >>> 8 & lowest, vector >>> 16 & lowest, vector >>> 24);
            earlier += sums;
            sums += b0 + b1 + b2 + b3;
            weighted += (b0 << 2) + (b1 << 1) + b1 + (b2 << 1) + b3;
        }
        // A byte counts in the second sum once for itself and once for each byte behind it.
        var (total, weight) = (0ul, 0ul);
        for (var lane = 0; lane < Vector<uint>.Count; lane++)
        {
            total += sums[lane];
            weight += 4ul * (ulong)Vector<uint>.Count * earlier[lane] + weighted[lane] + 4ul * (ulong)(Vector<uint>.Count - 1 - lane) * sums[lane];
        }
        return ((uint)((first + total) % Modulus), (uint)((second + length * first + weight) % Modulus));
    }
}
