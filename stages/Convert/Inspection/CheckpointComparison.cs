using System.Globalization;
using Llava.Model.Checkpoints;

namespace Llava.Conversion.Inspection;

/// <summary>Two checkpoints of any formats, tensor by tensor. A Hugging Face pair is seen under ModelZoo's names.</summary>
public static class CheckpointComparison
{
    /// <summary>One line per difference; none where both hold the same tensors, bit for bit. Values of different types are compared as numbers, exactly.</summary>
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
        var found = CompareValues(a, inA, b, inB);
        var types = inA.ElementType == inB.ElementType ? "" : $"{inA.ElementType.SafetensorsName()} in the first, {inB.ElementType.SafetensorsName()} in the second; ";
        return found switch
        {
            { OtherNumbers: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{types}{found.OtherNumbers:N0} of {inA.ElementCount:N0} values differ, by up to {found.Largest:G4}"),
            { OtherBits: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{found.OtherBits:N0} of {inA.ElementCount:N0} values differ in their bits alone (0.0 and -0.0, or two forms of NaN)"),
            _ => types.Length == 0 ? null : $"{types}the same numbers",
        };
    }

    static Found CompareValues(ICheckpointReader a, TensorInfo inA, ICheckpointReader b, TensorInfo inB)
    {
        const int BlockElements = 1 << 18;
        var bufferA = new byte[BlockElements * inA.ElementType.SizeInBytes()];
        var bufferB = new byte[BlockElements * inB.ElementType.SizeInBytes()];
        var found = new Found(0, 0, 0);
        for (long start = 0; start < inA.ElementCount; start += BlockElements)
        {
            var count = (int)Math.Min(BlockElements, inA.ElementCount - start);
            var blockA = bufferA.AsSpan(0, count * inA.ElementType.SizeInBytes());
            var blockB = bufferB.AsSpan(0, count * inB.ElementType.SizeInBytes());
            a.Read(inA, start * inA.ElementType.SizeInBytes(), blockA);
            b.Read(inB, start * inB.ElementType.SizeInBytes(), blockB);
            if (inA.ElementType != inB.ElementType || !blockA.SequenceEqual(blockB))
                found = Add(found, inA.ElementType, blockA, inB.ElementType, blockB, count);
        }
        return found;
    }

    static Found Add(Found found, ElementType typeA, ReadOnlySpan<byte> a, ElementType typeB, ReadOnlySpan<byte> b, int count)
    {
        var bytes = typeA.SizeInBytes();
        for (var i = 0; i < count; i++)
        {
            if (typeA == typeB && a.Slice(i * bytes, bytes).SequenceEqual(b.Slice(i * bytes, bytes)))
                continue;
            var distance = ElementValues.Distance(typeA, a, typeB, b, i);
            if (distance != 0)
                found = found with { OtherNumbers = found.OtherNumbers + 1, Largest = Math.Max(found.Largest, distance) };
            else if (typeA == typeB)
                found = found with { OtherBits = found.OtherBits + 1 };
        }
        return found;
    }

    /// <param name="OtherBits">The same numbers in other bits; only of one type.</param>
    readonly record struct Found(long OtherNumbers, long OtherBits, double Largest);
}
