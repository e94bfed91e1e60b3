using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Mapping;

/// <summary>Where a key stands in a <c>config.json</c>: its parsed form no longer knows.</summary>
static class ConfigPlace
{
    static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    /// <param name="config">The file's object, or one in it.</param>
    /// <returns>The file alone where the key is not found there.</returns>
    public static SourceLocation Of(JsonObject config, string key, string path)
    {
        if (!File.Exists(path))
            return new SourceLocation(path);
        ReadOnlySpan<byte> text = File.ReadAllBytes(path);
        text = text.StartsWith(ByteOrderMark) ? text[ByteOrderMark.Length..] : text;
        if (Find(text, [.. config.GetPath().Split('.').Skip(1), key]) is not { } start)
            return new SourceLocation(path);
        var before = text[..start];
        return new SourceLocation(path, before.Count((byte)'\n') + 1, start - before.LastIndexOf((byte)'\n'));
    }

    static int? Find(ReadOnlySpan<byte> text, string[] keys)
    {
        var reader = new Utf8JsonReader(text);
        var found = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == found + 1 && reader.ValueTextEquals(keys[found]) && ++found == keys.Length)
                return (int)reader.TokenStartIndex;
        }
        return null;
    }
}
