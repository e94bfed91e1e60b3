using System.Text.Json;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Tokenization;

/// <summary>Reads Hugging Face's <c>tokenizer.json</c>: BPE over characters with marked spaces, as Llama-2's. Byte-level BPE is refused.</summary>
internal static class FastTokenizerFile
{
    static readonly WhitespaceRule NoPrefix = new(PrefixRule.None);

    public static TokenizerDefinition Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(path, document.RootElement);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or ArgumentException)
        {
            throw ErrorCatalog.BadTokenizer.Fails(path, $"not a tokenizer file: {problem.Message}");
        }
    }

    static TokenizerDefinition Read(string path, JsonElement root)
    {
        var model = root.GetProperty("model");
        if (TextOf(model, "type") is { } type and not "BPE")
            throw ErrorCatalog.UnsupportedTokenizer.Fails(path, $"a tokenizer of type '{type}'; only 'BPE' is read");
        if (IsTrue(model, "ignore_merges"))
            throw ErrorCatalog.UnsupportedTokenizer.Fails(path, "a tokenizer with ignore_merges");
        var unknown = TextOf(model, "unk_token") ?? "<unk>";
        var byteFallback = IsTrue(model, "byte_fallback");
        var pieces = ReadPieces(model.GetProperty("vocab"), unknown, byteFallback);
        return new TokenizerDefinition(
            path,
            pieces,
            pieces.Count,
            ReadMerges(path, pieces, model.GetProperty("merges")),
            ReadWhitespace(path, root),
            byteFallback,
            pieces.FindIndex(piece => piece.Kind == PieceKind.Unknown),
            AddedTokens: []);
    }

    static List<VocabularyPiece> ReadPieces(JsonElement vocabulary, string unknown, bool byteFallback)
    {
        var size = vocabulary.EnumerateObject().Select(entry => VocabularyLimits.RequireId(entry.Value.GetInt32(), entry.Name) + 1).DefaultIfEmpty().Max();
        List<VocabularyPiece> pieces = [.. Enumerable.Repeat(new VocabularyPiece("", 0, PieceKind.Control), size)];
        foreach (var entry in vocabulary.EnumerateObject())
        {
            var kind = entry.Name == unknown ? PieceKind.Unknown
                : byteFallback && ByteTokens.ValueOf(entry.Name) is not null ? PieceKind.Byte
                : PieceKind.Normal;
            pieces[entry.Value.GetInt32()] = new VocabularyPiece(entry.Name, 0, kind);
        }
        return pieces;
    }

    /// <summary>A merge's rank is its place in the list, written <c>"left right"</c> or <c>["left", "right"]</c>.</summary>
    static List<MergeRule> ReadMerges(string path, List<VocabularyPiece> pieces, JsonElement list)
    {
        var ids = pieces.Index().Where(entry => entry.Item.Text.Length > 0).ToDictionary(entry => entry.Item.Text, entry => entry.Index, StringComparer.Ordinal);
        var merges = new List<MergeRule>(list.GetArrayLength());
        foreach (var entry in list.EnumerateArray())
        {
            var pair = entry.ValueKind == JsonValueKind.Array
                ? [.. entry.EnumerateArray().Select(part => part.GetString()!)]
                : entry.GetString()!.Split(' ');
            if (pair.Length != 2 || !ids.TryGetValue(pair[0], out var left) || !ids.TryGetValue(pair[1], out var right) || !ids.TryGetValue(pair[0] + pair[1], out var merged))
                throw ErrorCatalog.BadTokenizer.Fails(path, $"merge {merges.Count} ({entry.GetRawText()}) is not made of pieces");
            merges.Add(new MergeRule(left, right, merged, merges.Count));
        }
        return merges;
    }

    static WhitespaceRule ReadWhitespace(string path, JsonElement root)
    {
        var before = StepsOf(root, "normalizer", "normalizers");
        var after = StepsOf(root, "pre_tokenizer", "pretokenizers");
        if (before.Count == 0 && after is [var only] && TextOf(only, "type") == "Metaspace" && !IsTrue(only, "split", whereAbsent: true))
            return Metaspace(only);
        if (after.Count > 0)
            throw ErrorCatalog.UnsupportedTokenizer.Fails(path, $"pre-tokenizer {after[0].GetRawText()}; only Metaspace without splitting is read");
        return before.Aggregate(NoPrefix, (rule, step) => Normalizer(path, rule, step));
    }

    static WhitespaceRule Metaspace(JsonElement step)
    {
        var scheme = TextOf(step, "prepend_scheme") ?? (IsTrue(step, "add_prefix_space", whereAbsent: true) ? "always" : "never");
        var prefix = scheme switch { "always" => PrefixRule.EveryPart, "first" => PrefixRule.FirstPart, _ => PrefixRule.None };
        return new WhitespaceRule(prefix, SkipPrefixWherePresent: true, AfterLiteralTokens: true);
    }

    static WhitespaceRule Normalizer(string path, WhitespaceRule rule, JsonElement step)
    {
        const string mark = "\u2581";
        if (TextOf(step, "type") == "Prepend" && TextOf(step, "prepend") == mark)
            return rule with { Prefix = PrefixRule.EveryPart };
        if (TextOf(step, "type") == "Replace" && TextOf(step, "content") == mark && TextOf(step.GetProperty("pattern"), "String") == " ")
            return rule;
        throw ErrorCatalog.UnsupportedTokenizer.Fails(path, $"normalizer {step.GetRawText()}; only Prepend and Replace of the space mark are read");
    }

    static IReadOnlyList<JsonElement> StepsOf(JsonElement root, string name, string listName)
    {
        if (!root.TryGetProperty(name, out var step) || step.ValueKind == JsonValueKind.Null)
            return [];
        return step.TryGetProperty(listName, out var steps) ? [.. steps.EnumerateArray()] : [step];
    }

    static string? TextOf(JsonElement value, string name) =>
        value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    static bool IsTrue(JsonElement value, string name, bool whereAbsent = false) =>
        value.TryGetProperty(name, out var flag) && flag.ValueKind != JsonValueKind.Null ? flag.GetBoolean() : whereAbsent;
}
