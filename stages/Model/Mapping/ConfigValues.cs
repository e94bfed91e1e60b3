using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Mapping;

/// <summary>Values of a <c>config.json</c>, each of the kind that it must be; null where the key is absent or null.</summary>
static class ConfigValues
{
    delegate bool Reading<T>(JsonValue value, out T result);

    /// <exception cref="DiagnosticException">It is something else; so for all of them.</exception>
    public static string? Text(this JsonObject config, string key, string path) =>
        Read(config, key, path, (JsonValue value, out string? text) => value.TryGetValue(out text), out var text) ? text : null;

    public static int? WholeNumber(this JsonObject config, string key, string path) =>
        Read(config, key, path, (JsonValue value, out int number) => value.TryGetValue(out number), out var number) ? number : null;

    public static double? Number(this JsonObject config, string key, string path) =>
        Read(config, key, path, (JsonValue value, out double number) => value.TryGetValue(out number) && double.IsFinite(number), out var number) ? number : null;

    public static bool? Truth(this JsonObject config, string key, string path) =>
        Read(config, key, path, (JsonValue value, out bool truth) => value.TryGetValue(out truth), out var truth) ? truth : null;

    public static JsonObject? Section(this JsonObject config, string key, string path) =>
        config[key] is not { } node ? null : node as JsonObject ?? throw Wrong(config, key, typeof(JsonObject), path);

    static bool Read<T>(JsonObject config, string key, string path, Reading<T> reading, out T result)
    {
        result = default!;
        if (config[key] is not { } node)
            return false;
        if (node is JsonValue value && reading(value, out result))
            return true;
        throw Wrong(config, key, typeof(T), path);
    }

    public static DiagnosticException Wrong(JsonObject config, string key, Type type, string path) =>
        ErrorCatalog.BadModelConfig.Fails(ConfigPlace.Of(config, key, path), $"{key} must be {KindOf(Nullable.GetUnderlyingType(type) ?? type)}, but is {config[key]?.ToJsonString() ?? "null"}");

    static string KindOf(Type type) => type switch
    {
        _ when type == typeof(int) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(string) => "text",
        _ when type == typeof(JsonObject) => "an object",
        _ => "a list of texts",
    };
}
