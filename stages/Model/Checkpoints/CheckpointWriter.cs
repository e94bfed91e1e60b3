using System.Globalization;
using Llava.Contracts.Files;
using Llava.Model.Checkpoints.Safetensors;
using Llava.Model.Checkpoints.Torch;

namespace Llava.Model.Checkpoints;

/// <summary>
/// Writes a checkpoint into a folder: one file, or shards with an index, which is written last. What an earlier checkpoint of
/// any format left in the folder is removed, so that the folder never holds two; so is what a killed writer left.
/// </summary>
public sealed class CheckpointWriter
{
    /// <summary>Shards hold at most this much, unless one tensor alone is larger.</summary>
    public long MaximumShardBytes { get; init; } = 5_000_000_000;

    /// <summary>Write shards and an index even where one file would do.</summary>
    public bool AlwaysSharded { get; init; }

    /// <summary>Text to store beside the tensors; only safetensors has a place for it.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The files written, relative to <paramref name="folder"/>, in ordinal order.</summary>
    public IReadOnlyList<string> Write(string folder, CheckpointFormat format, IEnumerable<TensorSource> tensors)
    {
        TensorSource[] ordered = [.. tensors.OrderBy(tensor => tensor.Info.Name, StringComparer.Ordinal)];
        Directory.CreateDirectory(folder);
        AtomicFile.RemoveLeftBehind(folder, SearchOption.TopDirectoryOnly);
        RemoveIndexes(folder);
        IReadOnlyList<string> written = format == CheckpointFormat.Mdl
            ? WriteMdl(folder, ordered)
            : WriteShards(folder, format, Partition(ordered));
        RemoveOthers(folder, written);
        return written;
    }

    static IReadOnlyList<string> WriteMdl(string folder, TensorSource[] tensors)
    {
        TorchZipWriter.Write(Path.Combine(folder, "model.mdl"), tensors, section: "model");
        return ["model.mdl"];
    }

    IReadOnlyList<string> WriteShards(string folder, CheckpointFormat format, List<List<TensorSource>> shards)
    {
        var (stem, extension) = NamesOf(format);
        if (shards.Count == 1 && !AlwaysSharded)
        {
            WriteFile(Path.Combine(folder, stem + extension), format, shards[0]);
            return [stem + extension];
        }
        string[] files = [.. shards.Select((_, number) => string.Create(CultureInfo.InvariantCulture, $"{stem}-{number + 1:00000}-of-{shards.Count:00000}{extension}"))];
        var index = $"{stem}{extension}.index.json";
        try
        {
            foreach (var (shard, file) in shards.Zip(files))
                WriteFile(Path.Combine(folder, file), format, shard);
            var shardOfTensor = shards.Zip(files).SelectMany(pair => pair.First.Select(tensor => (tensor.Info.Name, pair.Second))).ToDictionary();
            AtomicFile.WriteAllBytes(Path.Combine(folder, index), ShardIndex.Serialize(shardOfTensor, shards.Sum(TotalBytes)));
        }
        catch
        {
            // Shards without an index would pass for a checkpoint of their own.
            foreach (var file in files)
                File.Delete(Path.Combine(folder, file));
            throw;
        }
        return [.. files, index];
    }

    List<List<TensorSource>> Partition(TensorSource[] tensors)
    {
        List<List<TensorSource>> shards = [[]];
        long bytes = 0;
        foreach (var tensor in tensors)
        {
            if (shards[^1].Count > 0 && bytes + tensor.Info.ByteLength > MaximumShardBytes)
            {
                shards.Add([]);
                bytes = 0;
            }
            shards[^1].Add(tensor);
            bytes += tensor.Info.ByteLength;
        }
        return shards;
    }

    void WriteFile(string path, CheckpointFormat format, List<TensorSource> tensors)
    {
        if (format == CheckpointFormat.Safetensors)
            SafetensorsWriter.Write(path, tensors, Metadata);
        else
            TorchZipWriter.Write(path, tensors);
    }

    static (string Stem, string Extension) NamesOf(CheckpointFormat format) =>
        format == CheckpointFormat.Safetensors ? ("model", ".safetensors") : ("pytorch_model", ".bin");

    static long TotalBytes(List<TensorSource> tensors) => tensors.Sum(tensor => tensor.Info.ByteLength);

    static void RemoveIndexes(string folder)
    {
        File.Delete(Path.Combine(folder, "model.safetensors.index.json"));
        File.Delete(Path.Combine(folder, "pytorch_model.bin.index.json"));
    }

    static void RemoveOthers(string folder, IReadOnlyList<string> written)
    {
        string[] patterns = ["model.safetensors", "model-*-of-*.safetensors", "pytorch_model.bin", "pytorch_model-*-of-*.bin", "model.mdl"];
        foreach (var file in patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)).ToArray())
        {
            if (!written.Contains(Path.GetFileName(file)))
                File.Delete(file);
        }
    }
}
