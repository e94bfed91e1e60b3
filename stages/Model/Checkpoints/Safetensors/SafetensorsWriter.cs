using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Llava.Contracts.Files;

namespace Llava.Model.Checkpoints.Safetensors;

/// <summary>
/// Writes one <c>.safetensors</c> file tensor by tensor; it appears whole or not at all. Same tensors, same bytes: they are laid
/// out by falling element size, then by name, so that each is aligned.
/// </summary>
public static class SafetensorsWriter
{
    // Transformers refuses a file without it, or with another framework's name.
    const string FormatKey = "format", Format = "pt";

    /// <inheritdoc cref="Prepare"/>
    public static void Write(string path, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var file = Prepare(path, tensors, metadata);
        file.Commit();
    }

    /// <param name="metadata">Text to store beside the tensors; <c>format</c> is always <c>pt</c>.</param>
    /// <returns>The file, whole and on the disk, not yet under its name.</returns>
    internal static AtomicFile Prepare(string path, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        TensorSource[] ordered = [.. tensors.OrderByDescending(tensor => tensor.Info.ElementType.SizeInBytes()).ThenBy(tensor => tensor.Info.Name, StringComparer.Ordinal)];
        return CheckpointFile.Prepare(path, stream =>
        {
            WriteHeader(stream, ordered, metadata ?? new Dictionary<string, string>());
            foreach (var tensor in ordered)
                tensor.CopyExactlyTo(stream);
        });
    }

    static void WriteHeader(Stream stream, TensorSource[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            WriteHeaderJson(writer, tensors, metadata);
        json.Write(stackalloc byte[7] { 32, 32, 32, 32, 32, 32, 32 }[..((8 - json.WrittenCount % 8) % 8)]);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.WrittenCount);
        stream.Write(length);
        stream.Write(json.WrittenSpan);
    }

    static void WriteHeaderJson(Utf8JsonWriter writer, TensorSource[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("__metadata__");
        foreach (var (key, value) in metadata.Where(entry => entry.Key != FormatKey).Append(new(FormatKey, Format)).OrderBy(entry => entry.Key, StringComparer.Ordinal))
            writer.WriteString(key, value);
        writer.WriteEndObject();
        long start = 0;
        foreach (var (info, _) in tensors)
        {
            WriteEntry(writer, info, start);
            start = checked(start + info.ByteLength);
        }
        writer.WriteEndObject();
    }

    static void WriteEntry(Utf8JsonWriter writer, TensorInfo info, long start)
    {
        writer.WriteStartObject(info.Name);
        writer.WriteString("dtype", info.ElementType.SafetensorsName());
        writer.WriteStartArray("shape");
        foreach (var dimension in info.Shape)
            writer.WriteNumberValue(dimension);
        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(start);
        writer.WriteNumberValue(start + info.ByteLength);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
