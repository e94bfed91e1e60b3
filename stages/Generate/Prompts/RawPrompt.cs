using Llava.Data.Tokenization;

namespace Llava.Generate.Prompts;

/// <summary>A prompt given as it is, without a conversation around it: <c>&lt;image&gt;</c> stands for a picture.</summary>
public static class RawPrompt
{
    public const string ImagePlaceholder = "<image>";

    /// <summary>Ids from bos on, with <see cref="VicunaPrompt.ImageTokenId"/> for each picture; the text between is encoded in parts.</summary>
    public static int[] Encode(LlamaTokenizer tokenizer, string prompt)
    {
        var ids = new List<int> { tokenizer.BosId };
        var parts = prompt.Split(ImagePlaceholder);
        for (var part = 0; part < parts.Length; part++)
        {
            if (part > 0)
                ids.Add(VicunaPrompt.ImageTokenId);
            tokenizer.Encode(parts[part], ids);
        }
        return [.. ids];
    }
}
