using System.Collections.Frozen;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Conversations;

/// <summary>
/// The texts that <c>system_prompt_style</c> puts before a conversation, word for word as ModelZoo has them
/// (<c>SYSTEM_PROMPT_REGISTRY</c>): models were trained on exactly these.
/// </summary>
public static class SystemPrompts
{
    const string Human =
        "A chat between a curious human and an artificial intelligence assistant. " +
        "The assistant gives helpful, detailed, and polite answers to the human's questions.";

    const string User =
        "A chat between a curious user and an artificial intelligence assistant. " +
        "The assistant gives helpful, detailed, and polite answers to the user's questions.";

    static readonly FrozenDictionary<string, string> ByStyle = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["llava_plain"] = "",
        ["llava_v0"] = Human,
        ["llava_v1"] = Human,
        ["mistral_instruct"] = "",
        ["vicuna_v0"] = Human,
        ["vicuna_v1"] = User,
        ["zephyr"] = "<|system|>\n</s>",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IReadOnlyList<string> Styles { get; } = [.. ByStyle.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The prompt of a style, which may be empty, or null where there is no such style.</summary>
    public static string? TryFind(string style) => ByStyle.GetValueOrDefault(style);

    /// <param name="location">Where the style stands in the configuration, for the error.</param>
    /// <exception cref="DiagnosticException">There is no such style.</exception>
    public static string Find(string style, SourceLocation? location = null) => TryFind(style)
        ?? throw ErrorCatalog.UnknownSystemPrompt.Fails(location, $"no system prompt style '{style}'; there are {string.Join(", ", Styles)}");
}
