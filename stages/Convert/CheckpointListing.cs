using System.Globalization;
using Llava.Model.Checkpoints;

namespace Llava.Conversion;

/// <summary>What a checkpoint of any container holds, as lines of text.</summary>
public static class CheckpointListing
{
    /// <summary>One line per tensor (key, type and shape, bytes), then one of totals.</summary>
    /// <exception cref="Contracts.Diagnostics.DiagnosticException">It cannot be opened.</exception>
    public static IEnumerable<string> Lines(string path)
    {
        using var checkpoint = AnyCheckpoint.Open(path);
        foreach (var tensor in checkpoint.Tensors)
            yield return string.Create(CultureInfo.InvariantCulture, $"{tensor.Name}  {tensor}  {tensor.ByteLength:N0} bytes");
        var types = checkpoint.Tensors.GroupBy(tensor => tensor.ElementType).OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key.SafetensorsName()}");
        yield return string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Tensors.Count} tensors ({string.Join(", ", types)}), {checkpoint.Tensors.Sum(tensor => tensor.ElementCount):N0} parameters, {checkpoint.Tensors.Sum(tensor => tensor.ByteLength):N0} bytes");
    }
}
