using System.Globalization;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion.Inspection;

/// <summary>What a checkpoint of any container holds, as lines of text.</summary>
public static class CheckpointListing
{
    /// <summary>Whether <see cref="Lines"/> would find a checkpoint there.</summary>
    public static bool IsCheckpoint(string folder) => LlavaCheckpoint.FindTextFolder(folder) is not null || CheckpointFolder.HoldsCheckpoint(folder);

    /// <summary>
    /// One line per tensor, under the key that it is stored under (key, type and shape, bytes), then one of totals. A Hugging Face pair
    /// is listed folder by folder.
    /// </summary>
    /// <exception cref="Contracts.Diagnostics.DiagnosticException">It cannot be opened.</exception>
    public static IEnumerable<string> Lines(string path)
    {
        var all = new List<TensorInfo>();
        foreach (var (heading, open) in Parts(path))
        {
            if (heading is not null)
                yield return heading;
            using var checkpoint = open();
            foreach (var tensor in checkpoint.Tensors)
                yield return string.Create(CultureInfo.InvariantCulture, $"{tensor.Name}  {tensor}  {tensor.ByteLength:N0} bytes");
            all.AddRange(checkpoint.Tensors);
        }
        yield return Totals(all);
    }

    static (string? Heading, Func<ICheckpointReader> Open)[] Parts(string path) => LlavaCheckpoint.FindTextFolder(path) is { } text
        ? [("image_model/", () => CheckpointFolder.Open(Path.Combine(path, "image_model"))), ($"{Path.GetFileName(text)}/", () => TextModelWeights.Open(text))]
        : [(null, () => CheckpointFolder.Open(path))];

    static string Totals(IReadOnlyList<TensorInfo> tensors)
    {
        var types = tensors.GroupBy(tensor => tensor.ElementType).OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key.SafetensorsName()}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{tensors.Count} tensors ({string.Join(", ", types)}), {tensors.Sum(tensor => tensor.ElementCount):N0} parameters, {tensors.Sum(tensor => tensor.ByteLength):N0} bytes");
    }
}
