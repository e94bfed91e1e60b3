using System.Text;
using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Json;

namespace Llava.Evaluate.Json;

/// <summary>Reads the JSON documents and JSON-lines files of the benchmarks, with a coded error where one is not what it should be.</summary>
static class JsonText
{
    const int BlockCharacters = 1 << 16;

    public static JsonElement ReadDocument(string path, ErrorCode code)
    {
        RequireFile(path);
        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            return JsonUnicode.IsWhole(document.RootElement) ? document.RootElement.Clone() : throw code.Fails(path, "the file holds text that is no Unicode: half a surrogate pair, or bytes that are not UTF-8");
        }
        catch (JsonException error)
        {
            throw code.Fails(LocationOf(path, error, lineOffset: 1), $"not JSON: {error.Message}");
        }
    }

    /// <summary>One object a line; empty lines are passed over. Null stands for a line that is not a JSON object, or holds half a surrogate pair.</summary>
    public static IEnumerable<(int Line, JsonElement? Value)> ReadLines(string path)
    {
        RequireFile(path);
        var number = 0;
        foreach (var line in LinesOf(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                yield return (number, ParseObject(line));
        }
    }

    public static IEnumerable<(int Line, JsonElement Value)> ReadObjects(string path, ErrorCode code)
    {
        foreach (var (line, value) in ReadLines(path))
            yield return (line, value ?? throw code.Fails(new SourceLocation(path, line), "the line is not a JSON object, or holds half a surrogate pair"));
    }

    public static string? Text(this JsonElement element, string key) => element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(key, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    public static string RequiredText(this JsonElement element, string key, SourceLocation location, ErrorCode code) =>
        element.Text(key) ?? throw code.Fails(location, $"\"{key}\" is missing or is not text");

    public static JsonElement Required(this JsonElement element, string key, JsonValueKind kind, SourceLocation location, ErrorCode code) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind == kind
            ? value
            : throw code.Fails(location, $"\"{key}\" is missing or is not {Describe(kind)}");

    public static int RequiredWhole(this JsonElement element, string key, SourceLocation location, ErrorCode code) =>
        element.Required(key, JsonValueKind.Number, location, code).TryGetInt32(out var value)
            ? value
            : throw code.Fails(location, $"\"{key}\" is not a whole number");

    // Only \n ends a line: to JSON a lone \r, which ends one for File.ReadLines, is a blank.
    static IEnumerable<string> LinesOf(string path)
    {
        using var reader = new StreamReader(path);
        var (line, block) = (new StringBuilder(), new char[BlockCharacters]);
        while (reader.Read(block) is var count and > 0)
        {
            var start = 0;
            for (int end; (end = Array.IndexOf(block, '\n', start, count - start)) >= 0; start = end + 1)
            {
                yield return line.Append(block, start, end - start).ToString();
                line.Clear();
            }
            line.Append(block, start, count - start);
        }
        yield return line.ToString();
    }

    static JsonElement? ParseObject(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object && JsonUnicode.IsWhole(document.RootElement) ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static void RequireFile(string path)
    {
        if (!File.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such file");
    }

    static SourceLocation LocationOf(string path, JsonException error, int lineOffset) =>
        new(path, (int)(error.LineNumber ?? -lineOffset) + lineOffset);

    static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.Number => "a number",
        _ => "text",
    };
}
