using System.Text.Json;

namespace Llava.Tasks.Staleness;

/// <summary>The json of <see cref="StageManifest"/> and <see cref="StagePlan"/>. Written by hand: the reflecting serializer's start costs more than a whole idle run may.</summary>
static class StageManifestJson
{
    public static byte[] Write(StageManifest manifest) => Write(manifest.Plan, json =>
    {
        json.WriteStartArray("outputs");
        foreach (var output in manifest.Outputs)
        {
            json.WriteStartObject();
            json.WriteString("path", output.Path);
            WriteDigest(json, output.Digest);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("counts");
        foreach (var (name, value) in manifest.Counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteNumber(name, value);
        json.WriteEndObject();
        json.WriteNumber("seconds", Math.Round(manifest.Seconds, 3));
        json.WriteString("git_commit", manifest.GitCommit);
        json.WriteString("finished_at", manifest.FinishedAt);
        WriteMap(json, "packages", manifest.Packages);
    });

    public static byte[] Write(StagePlan plan, Action<Utf8JsonWriter>? writeRest = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("stage", plan.Stage);
            json.WriteString("key", plan.Key);
            WriteMap(json, "code", plan.Code);
            WriteMap(json, "settings_files", plan.SettingsFiles);
            WriteMap(json, "settings", plan.Settings);
            WriteInputs(json, plan.Inputs);
            writeRest?.Invoke(json);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    public static StageManifest Read(byte[] utf8, string directory)
    {
        using var document = JsonDocument.Parse(utf8);
        var root = document.RootElement;
        return new StageManifest(
            ReadPlan(root, directory),
            [.. root.GetProperty("outputs").EnumerateArray().Select(output => new StageOutput(output.GetProperty("path").Text(), ReadDigest(output)))],
            root.GetProperty("counts").EnumerateObject().ToDictionary(count => count.Name, count => count.Value.GetDouble()),
            root.GetProperty("seconds").GetDouble(),
            root.GetProperty("git_commit").Text(),
            root.GetProperty("finished_at").GetDateTimeOffset(),
            ReadMap(root, "packages"));
    }

    /// <summary>A plan file's plan; null where there is none that can be read.</summary>
    public static StagePlan? TryReadPlan(string path, string directory)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return ReadPlan(document.RootElement, directory);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <param name="directory">The stage's folder: a manifest does not name it, so that artifacts can be moved.</param>
    public static StagePlan ReadPlan(JsonElement root, string directory) => new(
        root.GetProperty("stage").Text(),
        directory,
        ReadMap(root, "code"),
        ReadMap(root, "settings"),
        [.. root.GetProperty("inputs").EnumerateArray().Select(input => new StageInput(input.GetProperty("role").Text(), input.GetProperty("path").Text(), ReadDigest(input)))])
    {
        SettingsFiles = ReadMap(root, "settings_files"),
    };

    static void WriteInputs(Utf8JsonWriter json, IReadOnlyList<StageInput> inputs)
    {
        json.WriteStartArray("inputs");
        foreach (var input in inputs)
        {
            json.WriteStartObject();
            json.WriteString("role", input.Role);
            json.WriteString("path", input.Path);
            WriteDigest(json, input.Digest);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteDigest(Utf8JsonWriter json, TreeDigest digest)
    {
        json.WriteNumber("files", digest.Files);
        json.WriteNumber("bytes", digest.SizeBytes);
        json.WriteString("sha256", digest.Sha256);
    }

    static TreeDigest ReadDigest(JsonElement element) =>
        TreeDigest.TryMake(element.GetProperty("files").GetInt64(), element.GetProperty("bytes").GetInt64(), element.GetProperty("sha256").Text()) ?? throw new JsonException("this is no digest");

    static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    static Dictionary<string, string> ReadMap(JsonElement root, string name) =>
        root.GetProperty(name).EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.Text());

    static string Text(this JsonElement element) => element.GetString() ?? throw new JsonException("a text is null");
}
