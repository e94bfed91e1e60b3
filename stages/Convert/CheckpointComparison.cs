using System.Globalization;
using Llava.Model.Checkpoints;

namespace Llava.Conversion;

/// <summary>Two checkpoints of any formats, tensor by tensor. A Hugging Face pair is seen under ModelZoo's names.</summary>
public static class CheckpointComparison
{
    /// <summary>One line per difference; none where both hold the same tensors. Values of different types are compared as numbers.</summary>
    /// <exception cref="Contracts.Diagnostics.DiagnosticException">One of them cannot be opened.</exception>
    public static IEnumerable<string> Differences(string first, string second, CancellationToken cancellation = default)
    {
        using var a = AnyCheckpoint.Open(first);
        using var b = AnyCheckpoint.Open(second);
        foreach (var name in a.Tensors.Concat(b.Tensors).Select(tensor => tensor.Name).Distinct().Order(StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Describe(a, a.Find(name), b, b.Find(name)) is { } difference)
                yield return $"{name}: {difference}";
        }
    }

    static string? Describe(ICheckpointReader a, TensorInfo? inA, ICheckpointReader b, TensorInfo? inB)
    {
        if (inA is null || inB is null)
            return $"only in the {(inB is null ? "first" : "second")}, {inA ?? inB}";
        if (!inA.Shape.SequenceEqual(inB.Shape))
            return $"{inA} in the first, {inB} in the second";
        var (different, largest) = CompareValues(a, inA, b, inB);
        var types = inA.ElementType == inB.ElementType ? "" : $"{inA.ElementType.SafetensorsName()} in the first, {inB.ElementType.SafetensorsName()} in the second; ";
        if (different == 0)
            return types.Length == 0 ? null : $"{types}same values";
        return string.Create(CultureInfo.InvariantCulture, $"{types}{different:N0} of {inA.ElementCount:N0} values differ, by up to {largest:G4}");
    }

    static (long Different, double Largest) CompareValues(ICheckpointReader a, TensorInfo inA, ICheckpointReader b, TensorInfo inB)
    {
        const int BlockElements = 1 << 18;
        var bufferA = new byte[BlockElements * inA.ElementType.SizeInBytes()];
        var bufferB = new byte[BlockElements * inB.ElementType.SizeInBytes()];
        long different = 0;
        double largest = 0;
        for (long start = 0; start < inA.ElementCount; start += BlockElements)
        {
            var count = (int)Math.Min(BlockElements, inA.ElementCount - start);
            var blockA = bufferA.AsSpan(0, count * inA.ElementType.SizeInBytes());
            var blockB = bufferB.AsSpan(0, count * inB.ElementType.SizeInBytes());
            a.Read(inA, start * inA.ElementType.SizeInBytes(), blockA);
            b.Read(inB, start * inB.ElementType.SizeInBytes(), blockB);
            if (inA.ElementType != inB.ElementType || !blockA.SequenceEqual(blockB))
                AddDifferences(inA.ElementType, blockA, inB.ElementType, blockB, count, ref different, ref largest);
        }
        return (different, largest);
    }

    static void AddDifferences(ElementType typeA, ReadOnlySpan<byte> a, ElementType typeB, ReadOnlySpan<byte> b, int count, ref long different, ref double largest)
    {
        for (var i = 0; i < count; i++)
        {
            var (x, y) = (ElementValues.At(typeA, a, i), ElementValues.At(typeB, b, i));
            if (x.Equals(y))
                continue;
            different++;
            largest = Math.Max(largest, Math.Abs(x - y));
        }
    }
}
