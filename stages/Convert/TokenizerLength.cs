using System.Text.Json.Nodes;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>How many tokens a tokenizer has, as transformers counts them: its own pieces and those that were added behind them.</summary>
/// <param name="Path">The file that holds its pieces.</param>
/// <param name="Added">Of <paramref name="Tokens"/>, those in a list of added ones.</param>
sealed record TokenizerLength(string Path, int Tokens, int Added)
{
    const string SentencePieceName = "tokenizer.model", FastName = "tokenizer.json", AddedName = "added_tokens.json";

    public string Description => Added == 0 ? $"{Tokens} pieces" : FormattableString.Invariant($"{Tokens} pieces, {Added} of them added");

    /// <param name="ignoreFrom">Added tokens with this number or a higher one do not count.</param>
    /// <returns>Null where the files do not tell.</returns>
    public static TokenizerLength? Of(string folder, int ignoreFrom)
    {
        var path = System.IO.Path.Combine(folder, SentencePieceName);
        if (!File.Exists(path))
            return OfFastTokenizer(System.IO.Path.Combine(folder, FastName), ignoreFrom);
        if (SentencePieceLength.Of(path) is not { } pieces)
            return null;
        var added = AddedNumbers(System.IO.Path.Combine(folder, AddedName)).Count(number => number >= pieces && number < ignoreFrom);
        return new(path, pieces + added, added);
    }

    static TokenizerLength? OfFastTokenizer(string path, int ignoreFrom)
    {
        if (!File.Exists(path) || HuggingFaceConfigFile.Load(path) is not { } root || (root["model"] as JsonObject)?["vocab"] is not { } vocabulary)
            return null;
        var pieces = vocabulary switch { JsonObject byText => byText.Count, JsonArray scored => scored.Count, _ => 0 };
        var added = (root["added_tokens"] as JsonArray ?? []).Select(token => NumberOf((token as JsonObject)?["id"])).Count(number => number >= pieces && number < ignoreFrom);
        return new(path, pieces + added, added);
    }

    static IEnumerable<int?> AddedNumbers(string path) => File.Exists(path) ? HuggingFaceConfigFile.Load(path).Select(entry => NumberOf(entry.Value)) : [];

    static int? NumberOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
