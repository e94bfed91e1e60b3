using Llava.Data.Images;
using Llava.Data.Tokenization;
using Llava.Generate.Prompts;

namespace Llava.Generate;

/// <summary>A prompt to continue.</summary>
/// <param name="InputIds">From bos on, with <see cref="VicunaPrompt.ImageTokenId"/> where the picture stands.</param>
/// <param name="ImagePath">The picture's file; null without a picture. With <see cref="ImageBytes"/> a name for it, another for other bytes.</param>
public sealed record GenerationRequest(IReadOnlyList<int> InputIds, string? ImagePath)
{
    /// <summary>The picture's file itself, where it is in memory: nothing is opened then.</summary>
    public ReadOnlyMemory<byte>? ImageBytes { get; init; }

    /// <summary>A picture of more pixels is refused before it is decoded.</summary>
    public long MaximumPixels { get; init; } = ImageDecoder.DefaultMaximumPixels;

    /// <summary>Tells requests apart where tokens are drawn: equal keys have equal draws.</summary>
    public string Key { get; init; } = "";

    /// <summary>
    /// A prompt from the command line: taken as it is where it holds <c>&lt;image&gt;</c> or the words of a conversation
    /// (<c>USER:</c>, <c>ASSISTANT:</c>), else a question to be asked in LLaVA's own conversation.
    /// </summary>
    public static GenerationRequest FromText(LlamaTokenizer tokenizer, string prompt, string? imagePath) => new(
        IsWholePrompt(prompt) ? RawPrompt.Encode(tokenizer, prompt) : VicunaPrompt.Encode(tokenizer, VicunaPrompt.Ask(prompt, imagePath is not null)),
        imagePath);

    static bool IsWholePrompt(string prompt) =>
        prompt.Contains(RawPrompt.ImagePlaceholder, StringComparison.Ordinal)
        || (prompt.Contains("USER:", StringComparison.Ordinal) && prompt.Contains("ASSISTANT:", StringComparison.Ordinal));
}
