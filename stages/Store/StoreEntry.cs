using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Llava.Contracts.Diagnostics;

namespace Llava.Store;

/// <summary>One finished stage: its record, byte for byte, and the files it wrote, which are objects of their own.</summary>
/// <param name="Record">The stage's <c>stage.json</c>.</param>
public sealed record StoreEntry(string Stage, string Key, byte[] Record, IReadOnlyList<StoredFile> Files)
{
    /// <summary>Of an entry that comes from elsewhere: half a million files take a tenth of it.</summary>
    public const long LargestBytes = 1L << 30;

    /// <summary>The json, and above it its hash: a damaged entry must not be taken for a whole one.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("stage", Stage);
            json.WriteString("key", Key);
            json.WriteBase64String("record", Record);
            json.WriteStartArray("files");
            foreach (var file in Files)
            {
                json.WriteStartObject();
                json.WriteString("path", file.Path);
                json.WriteNumber("bytes", file.SizeBytes);
                json.WriteString("sha256", file.Sha256);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        var body = buffer.ToArray();
        return [.. Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(body))}\n"), .. body];
    }

    /// <param name="shownAs">The entry's place, for messages.</param>
    /// <exception cref="DiagnosticException">It is damaged, belongs to something else, or names files outside a stage's folder.</exception>
    public static StoreEntry Parse(byte[] bytes, string stage, string key, string shownAs)
    {
        const int HashLength = 64;
        if (bytes.Length <= HashLength || Encoding.ASCII.GetString(bytes, 0, HashLength) != Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(HashLength + 1))))
            throw ErrorCatalog.StoreEntryRefused.Fails(shownAs, "is damaged: its content has another hash than it says");
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(HashLength + 1));
            var root = json.RootElement;
            var entry = new StoreEntry(Text(root, "stage"), Text(root, "key"), root.GetProperty("record").GetBytesFromBase64(), [.. root.GetProperty("files").EnumerateArray().Select(ReadFile)]);
            if (entry.Stage != stage || entry.Key != key)
                throw ErrorCatalog.StoreEntryRefused.Fails(shownAs, $"belongs to {entry.Stage}, not to {stage}");
            foreach (var file in entry.Files)
                file.RequireHarmless(shownAs);
            RequireEachOnce(entry.Files, shownAs);
            return entry;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DiagnosticException(ErrorCatalog.StoreEntryRefused.At(shownAs, $"is not an entry: {error.Message}"), error);
        }
    }

    static void RequireEachOnce(IReadOnlyList<StoredFile> files, string shownAs)
    {
        var (paths, folders) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var path in files.Select(file => file.Path))
        {
            if (!paths.Add(path))
                throw ErrorCatalog.StoreEntryRefused.Fails(shownAs, $"names {path} twice");
            for (var end = path.LastIndexOf('/'); end > 0 && folders.Add(path[..end]); end = path.LastIndexOf('/', end - 1))
            {
            }
        }
        if (paths.FirstOrDefault(folders.Contains) is { } both)
            throw ErrorCatalog.StoreEntryRefused.Fails(shownAs, $"names {both} as a file and as a folder");
    }

    /// <summary>The files that some entry names; none where it cannot be read.</summary>
    public static IReadOnlyList<StoredFile> FilesOf(byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(Array.IndexOf(bytes, (byte)'\n') + 1));
            return [.. json.RootElement.GetProperty("files").EnumerateArray().Select(ReadFile)];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return [];
        }
    }

    static StoredFile ReadFile(JsonElement file) => new(Text(file, "path"), file.GetProperty("bytes").GetInt64(), Text(file, "sha256"));

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new JsonException($"{name} is null");
}
