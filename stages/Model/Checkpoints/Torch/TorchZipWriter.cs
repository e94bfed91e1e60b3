using System.Globalization;
using Llava.Contracts.Files;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// Writes a file that <c>torch.load(weights_only=True)</c> takes: one storage per tensor, in ordinal order of the names. It
/// appears whole or not at all; same tensors, same bytes.
/// </summary>
public static class TorchZipWriter
{
    /// <param name="section">Where given, the state dict is the one entry of an outer dict: <c>{section: {…}}</c>.</param>
    /// <returns>The file, whole and on the disk, not yet under its name.</returns>
    internal static AtomicFile Prepare(string path, IEnumerable<TensorSource> tensors, string? section = null)
    {
        TensorSource[] ordered = [.. tensors.OrderBy(tensor => tensor.Info.Name, StringComparer.Ordinal)];
        var archive = Path.GetFileNameWithoutExtension(path);
        return CheckpointFile.Prepare(path, stream =>
        {
            var zip = new StoredZipWriter(stream);
            zip.Add($"{archive}/data.pkl", PickleWriter.StateDictionary([.. ordered.Select(tensor => tensor.Info)], section));
            zip.Add($"{archive}/byteorder", "little"u8);
            for (var i = 0; i < ordered.Length; i++)
                zip.Add(string.Create(CultureInfo.InvariantCulture, $"{archive}/data/{i}"), ordered[i].Info.ByteLength, ordered[i].CopyExactlyTo);
            zip.Add($"{archive}/version", "3\n"u8);
            zip.Finish();
        });
    }
}
