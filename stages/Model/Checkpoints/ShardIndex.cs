using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Json;

namespace Llava.Model.Checkpoints;

/// <summary><c>model.safetensors.index.json</c> or <c>pytorch_model.bin.index.json</c>: which shard holds which tensor.</summary>
sealed record ShardIndex(string Path, IReadOnlyDictionary<string, string> ShardOfTensor)
{
    public IReadOnlyList<string> Shards => [.. ShardOfTensor.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <exception cref="DiagnosticException">It is no index.</exception>
    public static ShardIndex Load(string path)
    {
        using var document = Parse(path);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            throw ErrorCatalog.BadCheckpointIndex.Fails(path, "not a checkpoint index: it has no object weight_map, which names the shard of every tensor");
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map.EnumerateObject())
            shards[entry.Name] = CheckShardName(entry.Value, path);
        return new ShardIndex(path, shards);
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

    static JsonDocument Parse(string path)
    {
        try
        {
            var document = JsonDocument.Parse(File.ReadAllText(path)); // as text, which may begin with a mark of its encoding
            return JsonUnicode.IsWhole(document.RootElement) ? document : throw ErrorCatalog.BadCheckpointIndex.Fails(path, "not a checkpoint index: a text in it is not Unicode");
        }
        catch (JsonException error)
        {
            throw ErrorCatalog.BadCheckpointIndex.Fails(JsonProblem.PlaceOf(error, path), $"not a checkpoint index: {JsonProblem.SentenceOf(error)}");
        }
    }

    static string CheckShardName(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 } name || name != System.IO.Path.GetFileName(name) || name is "." or "..")
            throw ErrorCatalog.BadCheckpointIndex.Fails(path, $"a shard must be a file beside the index, but one is {value.GetRawText()}");
        return name;
    }
}
