using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Llava.Data.Images;

/// <summary>Sixteen neighbouring bytes of one output row at a time, two taps in each step.</summary>
static class VectorColumnPass
{
    const int BytesPerStep = 16;

    /// <param name="weights">Of an even length of at least <paramref name="count"/>, zero from there on.</param>
    /// <param name="target">One row, with <see cref="RgbImage.SlackBytes"/> writable bytes after it.</param>
    [SkipLocalsInit]
    public static void Run(RgbImage rows, int first, int count, ReadOnlySpan<int> weights, Span<byte> target)
    {
        var pairCount = (count + 1) / 2;
        Span<int> pairs = pairCount <= 64 ? stackalloc int[4 * pairCount] : new int[4 * pairCount];
        for (var pair = 0; pair < pairCount; pair++)
        {
            pairs[4 * pair] = SplitWeights.LowPair(weights[2 * pair], weights[2 * pair + 1]);
            pairs[4 * pair + 1] = SplitWeights.HighPair(weights[2 * pair], weights[2 * pair + 1]);
            pairs[4 * pair + 2] = (first + 2 * pair) * rows.BytesPerRow;
            // The last pair's second row may not exist; its weight is zero then.
            pairs[4 * pair + 3] = Math.Min(first + 2 * pair + 1, rows.Height - 1) * rows.BytesPerRow;
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, rows.BytesPerRow + BytesPerStep);
        ref var pixels = ref MemoryMarshal.GetReference(rows.RowWithSlack(0));
        ref var output = ref MemoryMarshal.GetReference(target);
        for (var i = 0; i < rows.BytesPerRow; i += BytesPerStep)
            Sum(ref Unsafe.Add(ref pixels, i), pairs).StoreUnsafe(ref Unsafe.Add(ref output, i));
    }

    static Vector128<byte> Sum(ref byte column, ReadOnlySpan<int> pairs)
    {
        Vector256<int> lowEven = Vector256<int>.Zero, lowOdd = lowEven, highEven = lowEven, highOdd = lowEven;
        for (var i = 0; i < pairs.Length; i += 4)
        {
            var upper = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref column, (nuint)pairs[i + 2]));
            var lower = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref column, (nuint)pairs[i + 3]));
            var even = Avx2.UnpackLow(upper, lower);
            var odd = Avx2.UnpackHigh(upper, lower);
            var lowWeights = Vector256.Create(pairs[i]).AsInt16();
            var highWeights = Vector256.Create(pairs[i + 1]).AsInt16();
            lowEven += Avx2.MultiplyAddAdjacent(even, lowWeights);
            lowOdd += Avx2.MultiplyAddAdjacent(odd, lowWeights);
            highEven += Avx2.MultiplyAddAdjacent(even, highWeights);
            highOdd += Avx2.MultiplyAddAdjacent(odd, highWeights);
        }
        var words = Avx2.PackSignedSaturate(Finish(lowEven, highEven), Finish(lowOdd, highOdd));
        return Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper());
    }

    static Vector256<int> Finish(Vector256<int> low, Vector256<int> high) =>
        (low + (high << 16) + Vector256.Create(ResampleTaps.Rounding)) >> ResampleTaps.FractionBits;
}
