using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Mapping;

/// <summary>Values of a <c>config.json</c>, each of the kind that it must be; null where the key is absent or null.</summary>
static class ConfigValues
{
    delegate bool Reading<T>(JsonValue value, out T result);

    /// <exception cref="DiagnosticException">It is something else; so for all of them.</exception>
    public static string? Text(this JsonObject config, string key, string path) =>
        Read(config, key, path, "text", (JsonValue value, out string? text) => value.TryGetValue(out text), out var text) ? text : null;

    public static int? WholeNumber(this JsonObject config, string key, string path) =>
        Read(config, key, path, "a whole number", (JsonValue value, out int number) => value.TryGetValue(out number), out var number) ? number : null;

    public static double? Number(this JsonObject config, string key, string path) =>
        Read(config, key, path, "a number", (JsonValue value, out double number) => value.TryGetValue(out number) && double.IsFinite(number), out var number) ? number : null;

    public static bool? Truth(this JsonObject config, string key, string path) =>
        Read(config, key, path, "true or false", (JsonValue value, out bool truth) => value.TryGetValue(out truth), out var truth) ? truth : null;

    public static JsonObject? Section(this JsonObject config, string key, string path) =>
        config[key] is not { } node ? null : node as JsonObject ?? throw Wrong(node, key, "an object", path);

    static bool Read<T>(JsonObject config, string key, string path, string kind, Reading<T> reading, out T result)
    {
        result = default!;
        if (config[key] is not { } node)
            return false;
        if (node is JsonValue value && reading(value, out result))
            return true;
        throw Wrong(node, key, kind, path);
    }

    static DiagnosticException Wrong(JsonNode node, string key, string kind, string path) =>
        ErrorCatalog.BadModelConfig.Fails(path, $"{key} must be {kind}, but is {node.ToJsonString()}");
}
