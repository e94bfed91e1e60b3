using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Mapping;

/// <summary>Reads and writes <c>config.json</c>. Unknown keys are left alone: the files carry much that no model needs.</summary>
public static class HuggingFaceConfigFile
{
    public const string FileName = "config.json";

    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // A key that stands twice would be an error only when it is looked for.
    static readonly JsonDocumentOptions DocumentOptions = new() { AllowDuplicateProperties = false };

    /// <summary>A vision tower's configuration: a <c>CLIPVisionConfig</c>, or the one inside a <c>CLIPConfig</c>.</summary>
    public static ClipVisionConfig ReadVision(string path)
    {
        var root = Load(path);
        return Deserialize<ClipVisionConfig>(root.Section("vision_config", path) ?? root, path) with
        {
            ModelType = root.Text("model_type", path) ?? "clip_vision_model",
            Architectures = Deserialize<ClipVisionConfig>(root, path).Architectures,
        };
    }

    public static LlavaTextConfig ReadText(string path) => TextFrom(Load(path), path);

    /// <summary>A file of one JSON object, whatever is in it.</summary>
    /// <exception cref="DiagnosticException">There is no such file, or it holds something else.</exception>
    public static JsonObject Load(string path)
    {
        if (!File.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such file");
        return Guard(path, () => Parse(File.ReadAllText(path)));
    }

    public static string Serialize<T>(T config) => JsonSerializer.Serialize(config, Options) + "\n";

    internal static ClipVisionConfig VisionFrom(JsonObject node, string path) => Deserialize<ClipVisionConfig>(node, path);

    internal static LlavaTextConfig TextFrom(JsonObject node, string path)
    {
        RopeParameters.Standardize(node, path);
        return Deserialize<LlavaTextConfig>(node, path);
    }

    static JsonObject Parse(string text)
    {
        var root = JsonNode.Parse(text, documentOptions: DocumentOptions) as JsonObject ?? throw new JsonException("not an object");
        root.ToJsonString(); // half of a surrogate pair would be an error only when the text is looked at
        return root;
    }

    static T Deserialize<T>(JsonObject node, string path) => Guard(path, () => node.Deserialize<T>(Options)!);

    static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            var place = error is JsonException { LineNumber: { } line, BytePositionInLine: { } column, Path: null }
                ? new SourceLocation(path, (int)line + 1, (int)column + 1)
                : new SourceLocation(path);
            throw ErrorCatalog.BadModelConfig.Fails(place, error.Message);
        }
    }
}
