using System.Globalization;
using System.Text.Json.Nodes;
using Llava.Contracts.Files;
using Llava.Model.Mapping;

namespace Llava.Conversion.Tokenizers;

/// <summary>
/// Adds <c>&lt;image&gt;</c> and <c>&lt;pad&gt;</c> behind a tokenizer's own tokens, in every file that transformers reads them from.
/// </summary>
static class AddedTokenFiles
{
    public const string Image = "<image>", Padding = "<pad>";

    static readonly string[] Edited = ["added_tokens.json", "special_tokens_map.json", "tokenizer_config.json", "tokenizer.json"];

    /// <summary>Before anything is written: whether the files can be edited.</summary>
    /// <exception cref="Contracts.Diagnostics.DiagnosticException">One of them is no JSON object.</exception>
    public static void CheckReadable(string? folder)
    {
        foreach (var file in TokenizerFiles.In(folder).Where(file => Edited.Contains(Path.GetFileName(file))))
            HuggingFaceConfigFile.Load(file);
    }

    public static void Write(string folder, int vocabulary)
    {
        (string Token, int Id)[] added = [(Image, vocabulary), (Padding, vocabulary + 1)];
        Edit(folder, "added_tokens.json", create: true, root =>
        {
            foreach (var (token, id) in added)
                root[token] = id;
        });
        Edit(folder, "special_tokens_map.json", create: true, root => root["pad_token"] = Padding);
        Edit(folder, "tokenizer_config.json", create: true, root => Configure(root, added));
        Edit(folder, "tokenizer.json", create: false, root => AddTo(root, added));
    }

    /// <summary>Takes them away again, and whatever else lies behind the model's own tokens. Padding becomes <c>&lt;unk&gt;</c> on the right, as LLaVA has it.</summary>
    public static void Remove(string folder, int vocabulary)
    {
        const string unknown = "<unk>";
        File.Delete(Path.Combine(folder, "added_tokens.json"));
        Edit(folder, "special_tokens_map.json", create: false, root => root["pad_token"] = unknown);
        Edit(folder, "tokenizer_config.json", create: false, root =>
        {
            root["pad_token"] = unknown;
            root.Remove("image_token");
            root.Remove("processor_class");
            root["padding_side"] = "right";
            Shorten(root, vocabulary);
        });
        Edit(folder, "tokenizer.json", create: false, root =>
        {
            if (root["added_tokens"] is JsonArray tokens)
                root["added_tokens"] = new JsonArray([.. tokens.Where(token => token is JsonObject entry && IsBelow(entry["id"]?.ToJsonString(), vocabulary)).Select(token => token?.DeepClone())]);
        });
    }

    /// <summary>A token's number as text, as <c>added_tokens_decoder</c> has it; null where it is none.</summary>
    public static int? NumberOf(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static bool IsBelow(string? number, int vocabulary) => NumberOf(number) < vocabulary;

    static void Shorten(JsonObject root, int vocabulary)
    {
        if (root["added_tokens_decoder"] is not JsonObject decoder)
            return;
        foreach (var key in decoder.Select(entry => entry.Key).Where(key => !IsBelow(key, vocabulary)).ToArray())
            decoder.Remove(key);
        if (decoder.Count == 0)
            root.Remove("added_tokens_decoder");
    }

    static void Configure(JsonObject root, (string Token, int Id)[] added)
    {
        if (root["added_tokens_decoder"] is not JsonObject decoder)
            root["added_tokens_decoder"] = decoder = [];
        foreach (var (token, id) in added)
            decoder[FormattableString.Invariant($"{id}")] = Describe(token);
        root["image_token"] = Image;
        root["pad_token"] = Padding;
        root["padding_side"] = "left";
        root["processor_class"] = "LlavaProcessor";
        root["tokenizer_class"] ??= "LlamaTokenizer";
    }

    // The fast tokenizer's own file.
    static void AddTo(JsonObject root, (string Token, int Id)[] added)
    {
        if (root["added_tokens"] is not JsonArray tokens)
            root["added_tokens"] = tokens = [];
        foreach (var (token, id) in added)
        {
            var entry = Describe(token);
            entry["id"] = id;
            tokens.Add((JsonNode)entry);
        }
    }

    static JsonObject Describe(string token) => new()
    {
        ["content"] = token,
        ["lstrip"] = false,
        ["normalized"] = false,
        ["rstrip"] = false,
        ["single_word"] = false,
        ["special"] = true,
    };

    static void Edit(string folder, string name, bool create, Action<JsonObject> edit)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path) && !create)
            return;
        var root = File.Exists(path) ? HuggingFaceConfigFile.Load(path) : [];
        edit(root);
        AtomicFile.WriteAllText(path, HuggingFaceConfigFile.Serialize(root));
    }
}
