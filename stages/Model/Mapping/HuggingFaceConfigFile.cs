using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Json;

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
        return Parse(File.ReadAllText(path), path);
    }

    public static string Serialize<T>(T config) => JsonSerializer.Serialize(config, Options) + "\n";

    internal static ClipVisionConfig VisionFrom(JsonObject node, string path) => Deserialize<ClipVisionConfig>(node, path);

    internal static LlavaTextConfig TextFrom(JsonObject node, string path)
    {
        RopeParameters.Standardize(node, path);
        return Deserialize<LlavaTextConfig>(node, path);
    }

    static JsonObject Parse(string text, string path)
    {
        try
        {
            var root = JsonNode.Parse(text, documentOptions: DocumentOptions) as JsonObject ?? throw new JsonException("not an object");
            root.ToJsonString(); // half of a surrogate pair would be an error only when the text is looked at
            return root;
        }
        catch (JsonException error)
        {
            throw ErrorCatalog.BadModelConfig.Fails(JsonProblem.PlaceOf(error, path), JsonProblem.SentenceOf(error));
        }
        catch (InvalidOperationException error)
        {
            throw ErrorCatalog.BadModelConfig.Fails(path, error.Message);
        }
    }

    static T Deserialize<T>(JsonObject node, string path)
    {
        try
        {
            return node.Deserialize<T>(Options)!;
        }
        catch (JsonException error) when (error.Path is ['$', '.', .. var place])
        {
            var key = place.Split('[')[0]; // in a list
            var type = Options.GetTypeInfo(typeof(T)).Properties.First(property => property.Name == key).PropertyType;
            throw ConfigValues.Wrong(node, key, type, path);
        }
    }
}
