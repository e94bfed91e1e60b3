using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;
using Llava.Model.Mapping;

namespace Llava.Conversion.Tokenizers;

/// <summary>How many tokens a tokenizer has, as transformers counts them: its own pieces and those that were added behind them.</summary>
/// <param name="Path">The file that holds its pieces.</param>
/// <param name="Added">Of <paramref name="Tokens"/>, those in a list of added ones.</param>
sealed record TokenizerLength(string Path, int Tokens, int Added)
{
    const string SentencePieceName = "tokenizer.model", FastName = "tokenizer.json", AddedName = "added_tokens.json", ConfigName = "tokenizer_config.json";

    public string Description => Added == 0 ? $"{Tokens} pieces" : FormattableString.Invariant($"{Tokens} pieces, {Added} of them added");

    /// <param name="ignoreFrom">Added tokens with this number or a higher one do not count.</param>
    /// <exception cref="DiagnosticException">A file is not what its name says.</exception>
    public static TokenizerLength Of(string folder, int ignoreFrom)
    {
        var path = System.IO.Path.Combine(folder, SentencePieceName);
        if (!File.Exists(path))
            return OfFastTokenizer(System.IO.Path.Combine(folder, FastName), ignoreFrom);
        if (SentencePieceLength.Of(path) is not { } pieces || pieces == 0)
            throw ErrorCatalog.BadTokenizer.Fails(path, "not a SentencePiece model");
        return WithAdded(path, pieces, AddedNumbers(folder), ignoreFrom);
    }

    static TokenizerLength OfFastTokenizer(string path, int ignoreFrom)
    {
        var root = HuggingFaceConfigFile.Load(path);
        var pieces = (root["model"] as JsonObject)?["vocab"] switch { JsonObject byText => byText.Count, JsonArray scored => scored.Count, _ => 0 };
        if (pieces == 0)
            throw ErrorCatalog.BadTokenizer.Fails(path, "not a tokenizer file: model.vocab is no vocabulary");
        return WithAdded(path, pieces, (root["added_tokens"] as JsonArray ?? []).Select(token => NumberOf((token as JsonObject)?["id"])), ignoreFrom);
    }

    static TokenizerLength WithAdded(string path, int pieces, IEnumerable<int?> numbers, int ignoreFrom)
    {
        var added = numbers.Distinct().Count(number => number >= pieces && number < ignoreFrom);
        return new(path, pieces + added, added);
    }

    static IEnumerable<int?> AddedNumbers(string folder) =>
    [
        .. Entries(System.IO.Path.Combine(folder, AddedName)).Select(entry => NumberOf(entry.Value)),
        .. (Entries(System.IO.Path.Combine(folder, ConfigName))["added_tokens_decoder"] as JsonObject ?? []).Select(entry => AddedTokenFiles.NumberOf(entry.Key)),
    ];

    static JsonObject Entries(string path) => File.Exists(path) ? HuggingFaceConfigFile.Load(path) : [];

    static int? NumberOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
