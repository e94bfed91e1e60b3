using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Llava.Data.Images;

/// <summary>Four taps of one output pixel at a time: the lower half takes taps 0 and 1 of red, green, blue, the upper 2 and 3.</summary>
sealed class VectorRowPass : IRowPass
{
    const int TapsPerVector = 4;

    static readonly Vector256<byte> PairTaps = Vector256.Create(
        0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255,
        6, 255, 9, 255, 7, 255, 10, 255, 8, 255, 11, 255, 255, 255, 255, 255).AsByte();

    readonly int[] _firstBytes;
    readonly int[] _vectorCounts;
    readonly Vector256<short>[] _weights;
    readonly int _vectorsPerOutput;

    public VectorRowPass(ResampleTaps taps)
    {
        _firstBytes = [.. taps.First.Select(first => first * RgbImage.Channels)];
        _vectorCounts = [.. taps.Count.Select(count => (count + TapsPerVector - 1) / TapsPerVector)];
        _vectorsPerOutput = taps.Capacity / TapsPerVector;
        _weights = new Vector256<short>[taps.OutputSize * _vectorsPerOutput * 2];
        for (var x = 0; x < taps.OutputSize; x++)
        {
            for (var vector = 0; vector < _vectorsPerOutput; vector++)
                Split(taps.Weights(x)[(vector * TapsPerVector)..], _weights.AsSpan((x * _vectorsPerOutput + vector) * 2));
        }
    }

    static void Split(ReadOnlySpan<int> weights, Span<Vector256<short>> lowAndHigh)
    {
        lowAndHigh[0] = Vector256.Create(
            Vector128.Create(SplitWeights.LowPair(weights[0], weights[1])), Vector128.Create(SplitWeights.LowPair(weights[2], weights[3]))).AsInt16();
        lowAndHigh[1] = Vector256.Create(
            Vector128.Create(SplitWeights.HighPair(weights[0], weights[1])), Vector128.Create(SplitWeights.HighPair(weights[2], weights[3]))).AsInt16();
    }

    public void Run(ReadOnlySpan<byte> source, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, _firstBytes.Length * RgbImage.Channels + 1);
        ref var pixels = ref MemoryMarshal.GetReference(source);
        ref var output = ref MemoryMarshal.GetReference(target);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        for (var x = 0; x < _firstBytes.Length; x++)
        {
            ref var tap = ref Unsafe.Add(ref pixels, _firstBytes[x]);
            ref var weight = ref Unsafe.Add(ref weights, x * _vectorsPerOutput * 2);
            var low = Vector256<int>.Zero;
            var high = Vector256<int>.Zero;
            for (var vector = 0; vector < _vectorCounts[x]; vector++)
            {
                var bytes = Vector128.LoadUnsafe(ref tap, (nuint)(vector * TapsPerVector * RgbImage.Channels));
                var pairs = Avx2.Shuffle(Vector256.Create(bytes, bytes), PairTaps).AsInt16();
                low += Avx2.MultiplyAddAdjacent(pairs, Unsafe.Add(ref weight, vector * 2));
                high += Avx2.MultiplyAddAdjacent(pairs, Unsafe.Add(ref weight, vector * 2 + 1));
            }
            var sums = low + (high << 16);
            var sum = (sums.GetLower() + sums.GetUpper() + Vector128.Create(ResampleTaps.Rounding)) >> ResampleTaps.FractionBits;
            var words = Sse2.PackSignedSaturate(sum, sum);
            // Four bytes for three: the next pixel overwrites the fourth.
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref output, x * RgbImage.Channels), Sse2.PackUnsignedSaturate(words, words).AsInt32().ToScalar());
        }
    }
}
