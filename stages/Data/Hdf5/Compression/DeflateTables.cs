using System.Numerics;

namespace Llava.Data.Hdf5.Compression;

/// <summary>Which symbol and extra bits stand for a match's length and distance (RFC 1951, 3.2.5).</summary>
static class DeflateTables
{
    public const int EndOfBlock = 256;
    public const int LiteralSymbols = 286;
    public const int DistanceSymbols = 30;

    /// <summary>The order in which the lengths of the code of code lengths are written.</summary>
    public static ReadOnlySpan<byte> LengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <param name="length">3 to 258 bytes.</param>
    public static (int Symbol, int ExtraBits, int Extra) Length(int length)
    {
        var value = length - 3;
        if (value < 8)
            return (257 + value, 0, 0);
        if (length == 258)
            return (285, 0, 0);
        var bits = BitOperations.Log2((uint)value) - 2;
        return (257 + 4 * bits + (value >> bits), bits, value & ((1 << bits) - 1));
    }

    /// <param name="distance">1 to 32768 bytes.</param>
    public static (int Symbol, int ExtraBits, int Extra) Distance(int distance)
    {
        var value = distance - 1;
        if (value < 4)
            return (value, 0, 0);
        var bits = BitOperations.Log2((uint)value) - 1;
        return (2 * bits + (value >> bits), bits, value & ((1 << bits) - 1));
    }
}
