using System.Security.Cryptography;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>Hashes the files a conversion reads, beside the conversion itself: the disk delivers them once for both.</summary>
static class SourceHashes
{
    public static Task<IReadOnlyList<SourceHash>> StartAsync(string source, IEnumerable<TensorInfo> tensors, IEnumerable<DroppedTensor> dropped, CancellationToken cancellation)
    {
        string[] files = [.. tensors.Concat(dropped.Select(drop => drop.Source)).Select(tensor => tensor.File).Distinct().Order(StringComparer.Ordinal)];
        var folder = Directory.Exists(source) ? source : Path.GetDirectoryName(Path.GetFullPath(source))!;
        return Task.Run(() => HashAllAsync(folder, files, cancellation), cancellation);
    }

    static async Task<IReadOnlyList<SourceHash>> HashAllAsync(string folder, string[] files, CancellationToken cancellation)
    {
        var hashes = new List<SourceHash>();
        foreach (var file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            var hash = await SHA256.HashDataAsync(stream, cancellation);
            hashes.Add(new SourceHash(Path.GetRelativePath(folder, file).Replace('\\', '/'), stream.Length, System.Convert.ToHexStringLower(hash)));
        }
        return hashes;
    }
}
