using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;

namespace Llava.Download.Locking;

/// <summary>
/// <c>datasets.lock.json</c>: the revision, sizes and hashes of everything that was downloaded, to be committed beside the recipes. Entries of
/// other sources are kept as they are, also those that another run adds meanwhile.
/// </summary>
sealed class DatasetsLock
{
    const int Version = 1;

    static readonly JsonWriterOptions Readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Dictionary<string, LockedSource> _changed = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, LockedSource> _sources;

    DatasetsLock(string path, SortedDictionary<string, LockedSource> sources) => (FilePath, _sources) = (path, sources);

    public string FilePath { get; }

    /// <exception cref="DiagnosticException">The file is there, and is no lock file.</exception>
    public static DatasetsLock Load(string path) => new(path, Read(path));

    public LockedSource? Find(string lockName) => _sources.GetValueOrDefault(lockName);

    public void Put(string lockName, LockedSource source) => _sources[lockName] = _changed[lockName] = source;

    /// <summary>Writes what was put, into whatever the file holds by now.</summary>
    public void Save()
    {
        if (_changed.Count == 0)
            return;
        var sources = Read(FilePath);
        foreach (var (name, source) in _changed)
            sources[name] = source;
        var text = Format(sources);
        if (!File.Exists(FilePath) || File.ReadAllText(FilePath) != text)
            AtomicFile.WriteAllText(FilePath, text);
        _changed.Clear();
    }

    static SortedDictionary<string, LockedSource> Read(string path)
    {
        var sources = new SortedDictionary<string, LockedSource>(StringComparer.Ordinal);
        if (!File.Exists(path))
            return sources;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (json.RootElement.GetProperty("version").GetInt32() != Version)
                throw ErrorCatalog.BadLockFile.Fails(path, $"its version is not {Version}: a newer program wrote it");
            foreach (var source in json.RootElement.GetProperty("sources").EnumerateObject())
                sources[source.Name] = ReadSource(source.Value);
            return sources;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw ErrorCatalog.BadLockFile.Fails(path, $"it is not a lock file: {error.Message}");
        }
    }

    static LockedSource ReadSource(JsonElement source) => new(
        source.TryGetProperty("revision", out var revision) ? revision.GetString() : null,
        source.TryGetProperty("patterns", out var patterns) ? [.. patterns.EnumerateArray().Select(pattern => pattern.GetString()!)] : [],
        source.GetProperty("files").EnumerateObject().ToDictionary(file => file.Name, file => ReadFile(file.Value), StringComparer.Ordinal));

    static LockedFile ReadFile(JsonElement file)
    {
        var sha256 = file.GetProperty("sha256").GetString()!;
        return sha256.Length == 64 && sha256.All(char.IsAsciiHexDigitLower)
            ? new LockedFile(file.GetProperty("size").GetInt64(), sha256)
            : throw new FormatException($"\"{sha256}\" is no sha256");
    }

    static string Format(SortedDictionary<string, LockedSource> sources)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartObject("sources");
            foreach (var (name, source) in sources)
                Write(json, name, source);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    static void Write(Utf8JsonWriter json, string name, LockedSource source)
    {
        json.WriteStartObject(name);
        if (source.Revision is not null)
            json.WriteString("revision", source.Revision);
        if (source.Patterns.Count > 0)
        {
            json.WriteStartArray("patterns");
            foreach (var pattern in source.Patterns.Order(StringComparer.Ordinal))
                json.WriteStringValue(pattern);
            json.WriteEndArray();
        }
        json.WriteStartObject("files");
        foreach (var (path, file) in source.Files.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(path);
            json.WriteNumber("size", file.SizeBytes);
            json.WriteString("sha256", file.Sha256);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
