using System.Globalization;
using System.Text.Json;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Tokenization;

/// <summary>
/// What <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>added_tokens.json</c> and <c>tokenizer.json</c> say about
/// single tokens. Any of them may be absent.
/// </summary>
internal sealed class TokenDeclarations
{
    static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "pad_token"];

    readonly Dictionary<string, DeclaredToken> _byContent = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _contentByRole = new(StringComparer.Ordinal);

    public IEnumerable<DeclaredToken> Tokens => _byContent.Values.OrderBy(token => token.Content, StringComparer.Ordinal);

    public string? RoleOf(string role) => _contentByRole.GetValueOrDefault(role);

    public int? IdOf(string content) => _byContent.GetValueOrDefault(content)?.Id;

    /// <summary>Files that are asked first win: the order is that of Hugging Face's loader.</summary>
    public static TokenDeclarations Read(string folder)
    {
        var declarations = new TokenDeclarations();
        var (config, map) = (Path.Combine(folder, "tokenizer_config.json"), Path.Combine(folder, "special_tokens_map.json"));
        var hasDecoder = declarations.TakeDecoder(config);
        declarations.TakeFastTokens(Path.Combine(folder, "tokenizer.json"));
        // A config that lists its tokens is newer than the map beside it; without the list the map is what counts.
        foreach (var path in hasDecoder ? [config, map] : new[] { map, config })
            declarations.TakeRoles(path);
        declarations.TakeAdded(Path.Combine(folder, "added_tokens.json"));
        return declarations;
    }

    bool TakeDecoder(string path) => WithRoot(path, root =>
    {
        if (!root.TryGetProperty("added_tokens_decoder", out var decoder))
            return false;
        foreach (var entry in decoder.EnumerateObject())
            Take(TokenOf(entry.Value) with { Id = int.Parse(entry.Name, CultureInfo.InvariantCulture) });
        return true;
    });

    void TakeFastTokens(string path) => WithRoot(path, root =>
    {
        if (!root.TryGetProperty("added_tokens", out var tokens) || tokens.ValueKind != JsonValueKind.Array)
            return false;
        foreach (var token in tokens.EnumerateArray())
            Take(TokenOf(token) with { Id = token.GetProperty("id").GetInt32() });
        return true;
    });

    void TakeRoles(string path) => WithRoot(path, root =>
    {
        foreach (var role in Roles)
        {
            if (!root.TryGetProperty(role, out var value) || value.ValueKind == JsonValueKind.Null)
                continue;
            var token = value.ValueKind == JsonValueKind.String ? new DeclaredToken(value.GetString()!, null, null) : TokenOf(value);
            _contentByRole.TryAdd(role, token.Content);
            Take(token);
        }
        return true;
    });

    void TakeAdded(string path) => WithRoot(path, root =>
    {
        foreach (var entry in root.EnumerateObject())
        {
            var special = _contentByRole.ContainsValue(entry.Name);
            Take(new DeclaredToken(entry.Name, entry.Value.GetInt32(), Normalized: !special, Special: special));
        }
        return true;
    });

    /// <summary>What an earlier file left open is filled in.</summary>
    void Take(DeclaredToken token)
    {
        if (token.Id is { } id)
            VocabularyLimits.RequireId(id, token.Content);
        if (!_byContent.TryGetValue(token.Content, out var known))
            _byContent.Add(token.Content, token);
        else
            _byContent[token.Content] = (known.Normalized is null ? token : known) with { Id = known.Id ?? token.Id };
    }

    static DeclaredToken TokenOf(JsonElement value)
    {
        return new DeclaredToken(
            value.GetProperty("content").GetString() ?? throw new FormatException("a token has no content"),
            Id: null,
            Normalized: value.TryGetProperty("normalized", out var normalized) ? normalized.GetBoolean() : null,
            SingleWord: Flag("single_word", false),
            StripLeft: Flag("lstrip", false),
            StripRight: Flag("rstrip", false),
            Special: Flag("special", true));

        bool Flag(string name, bool otherwise) => value.TryGetProperty(name, out var flag) ? flag.GetBoolean() : otherwise;
    }

    static bool WithRoot(string path, Func<JsonElement, bool> take)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return take(document.RootElement);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or ArgumentException)
        {
            throw ErrorCatalog.BadTokenizer.Fails(path, $"not a tokenizer file: {problem.Message}");
        }
    }
}
