using System.Text.Json;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints;

/// <summary><c>model.safetensors.index.json</c> or <c>pytorch_model.bin.index.json</c>: which shard holds which tensor.</summary>
sealed record ShardIndex(string Path, IReadOnlyDictionary<string, string> ShardOfTensor)
{
    public IReadOnlyList<string> Shards => [.. ShardOfTensor.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public static ShardIndex Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var shards = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in document.RootElement.GetProperty("weight_map").EnumerateObject())
                shards[entry.Name] = CheckShardName(entry.Value.GetString(), path);
            return new ShardIndex(path, shards);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw ErrorCatalog.BadCheckpointIndex.Fails(path, $"not a checkpoint index with a weight_map: {error.Message}");
        }
    }

    /// <summary>Sorted by tensor, as transformers writes it.</summary>
    public static byte[] Serialize(IReadOnlyDictionary<string, string> shardOfTensor, long totalBytes)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("metadata");
            writer.WriteNumber("total_size", totalBytes);
            writer.WriteEndObject();
            writer.WriteStartObject("weight_map");
            foreach (var (tensor, shard) in shardOfTensor.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                writer.WriteString(tensor, shard);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    static string CheckShardName(string? name, string path)
    {
        if (string.IsNullOrEmpty(name) || name != System.IO.Path.GetFileName(name) || name is "." or "..")
            throw ErrorCatalog.BadCheckpointIndex.Fails(path, $"a shard must be a file beside the index, but one is \"{name}\"");
        return name;
    }
}
