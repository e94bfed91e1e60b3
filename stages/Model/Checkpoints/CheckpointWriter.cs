using System.Globalization;
using Llava.Contracts.Files;
using Llava.Model.Checkpoints.Safetensors;
using Llava.Model.Checkpoints.Torch;

namespace Llava.Model.Checkpoints;

/// <summary>
/// Writes a checkpoint into a folder: one file, or shards with an index, which appears last. An earlier checkpoint of any format stays
/// until the new one is whole, and is removed then, so that the folder never holds two; so is what a killed writer left.
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
        using var pending = Prepare(folder, format, tensors);
        return pending.Commit();
    }

    /// <summary>Writes all of it beside what the folder holds, which stays until <see cref="PendingCheckpoint.Commit"/>.</summary>
    public PendingCheckpoint Prepare(string folder, CheckpointFormat format, IEnumerable<TensorSource> tensors)
    {
        TensorSource[] ordered = [.. tensors.OrderBy(tensor => tensor.Info.Name, StringComparer.Ordinal)];
        Directory.CreateDirectory(folder);
        AtomicFile.RemoveLeftBehind(folder, SearchOption.TopDirectoryOnly);
        var files = new List<AtomicFile>();
        try
        {
            if (format == CheckpointFormat.Mdl)
                files.Add(TorchZipWriter.Prepare(Path.Combine(folder, "model.mdl"), ordered, section: "model"));
            else
                PrepareShards(files, folder, format, Partition(ordered));
            return new PendingCheckpoint(folder, files);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    void PrepareShards(List<AtomicFile> files, string folder, CheckpointFormat format, List<List<TensorSource>> shards)
    {
        var (stem, extension) = NamesOf(format);
        if (shards.Count == 1 && !AlwaysSharded)
        {
            files.Add(PrepareFile(Path.Combine(folder, stem + extension), format, shards[0]));
            return;
        }
        string[] names = [.. shards.Select((_, number) => string.Create(CultureInfo.InvariantCulture, $"{stem}-{number + 1:00000}-of-{shards.Count:00000}{extension}"))];
        foreach (var (shard, name) in shards.Zip(names))
            files.Add(PrepareFile(Path.Combine(folder, name), format, shard));
        var shardOfTensor = shards.Zip(names).SelectMany(pair => pair.First.Select(tensor => (tensor.Info.Name, pair.Second))).ToDictionary();
        var index = new AtomicFile(Path.Combine(folder, $"{stem}{extension}.index.json"));
        files.Add(index);
        index.Stream.Write(ShardIndex.Serialize(shardOfTensor, shards.Sum(TotalBytes)));
        index.Finish();
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

    AtomicFile PrepareFile(string path, CheckpointFormat format, List<TensorSource> tensors) =>
        format == CheckpointFormat.Safetensors ? SafetensorsWriter.Prepare(path, tensors, Metadata) : TorchZipWriter.Prepare(path, tensors);

    static (string Stem, string Extension) NamesOf(CheckpointFormat format) =>
        format == CheckpointFormat.Safetensors ? ("model", ".safetensors") : ("pytorch_model", ".bin");

    static long TotalBytes(List<TensorSource> tensors) => tensors.Sum(tensor => tensor.Info.ByteLength);
}
