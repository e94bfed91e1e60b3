using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;

namespace Llava.Tasks.Reproducing;

/// <summary><c>run.lock.json</c>: a whole run of a recipe in hashes, committed beside it.</summary>
/// <param name="Packages">Versions by name, of all stages.</param>
/// <param name="Stages">In the order in which they ran.</param>
sealed record RunManifest(Machine Machine, IReadOnlyDictionary<string, string> Packages, IReadOnlyList<RunStage> Stages)
{
    const int Format = 1;

    /// <exception cref="DiagnosticException">There is none, or it cannot be read.</exception>
    public static RunManifest Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            if (root.GetProperty("format").GetInt32() != Format)
                throw new FormatException("it is of another format");
            var machine = root.GetProperty("machine");
            return new RunManifest(
                new Machine(Text(machine, "architecture"), Text(machine, "maker"), Text(machine, "instructions")),
                Map(root, "packages"),
                [.. root.GetProperty("stages").EnumerateArray().Select(ReadStage)]);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw ErrorCatalog.RunManifestUnreadable.Fails(path, error is IOException ? "is not there: -t:Reproduce -p:UpdateManifest=true makes it" : $"cannot be read: {error.Message}");
        }
    }

    public void Write(string path)
    {
        using var file = new AtomicFile(path);
        using (var json = new Utf8JsonWriter(file.Stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(json);
        file.Stream.WriteByte((byte)'\n');
        file.Commit();
    }

    void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteStartObject("machine");
        json.WriteString("architecture", Machine.Architecture);
        json.WriteString("maker", Machine.Maker);
        json.WriteString("instructions", Machine.Instructions);
        json.WriteEndObject();
        WriteMap(json, "packages", Packages);
        json.WriteStartArray("stages");
        foreach (var stage in Stages)
            WriteStage(json, stage);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteStage(Utf8JsonWriter json, RunStage stage)
    {
        json.WriteStartObject();
        json.WriteString("stage", stage.Stage);
        WriteMap(json, "code", stage.Code);
        WriteMap(json, "settings", stage.Settings);
        json.WriteStartArray("inputs");
        foreach (var (role, sha256) in stage.Inputs)
        {
            json.WriteStartObject();
            json.WriteString("role", role);
            json.WriteString("sha256", sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteMap(json, "files", stage.Files);
        json.WriteEndObject();
    }

    static RunStage ReadStage(JsonElement stage) => new(
        Text(stage, "stage"),
        Map(stage, "code"),
        Map(stage, "settings"),
        [.. stage.GetProperty("inputs").EnumerateArray().Select(input => (Text(input, "role"), Text(input, "sha256")))],
        Map(stage, "files"));

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    static Dictionary<string, string> Map(JsonElement element, string name) => element.GetProperty(name).EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!);

    static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
