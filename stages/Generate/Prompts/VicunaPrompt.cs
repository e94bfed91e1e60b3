using System.Text;
using Llava.Data.Conversations;
using Llava.Data.Tokenization;
using Llava.Model.Decoding;

namespace Llava.Generate.Prompts;

/// <summary>
/// The conversation that LLaVA-1.5 was trained on (<c>vicuna_v1</c>): system prompt, <c>USER:</c>, <c>ASSISTANT:</c>, each answer closed by
/// eos. Token ids equal those of training. Source: llava/conversation.py and tokenizer_image_token of llava/mm_utils.py.
/// </summary>
public static class VicunaPrompt
{
    /// <summary>Stands among the ids where the picture's patches go.</summary>
    public const int ImageTokenId = DecodingBatch.ImageTokenId;

    const string System = "vicuna_v1";
    const string EndOfAnswer = "</s>";

    /// <summary>A single question.</summary>
    public static IReadOnlyList<ConversationTurn> Ask(string question, bool hasImage) => [new ConversationTurn(question, HasImage: hasImage)];

    /// <summary>The conversation as text, for people to read: pictures as <c>&lt;image&gt;</c>, ends of answers as <c>&lt;/s&gt;</c>.</summary>
    public static string ToText(IReadOnlyList<ConversationTurn> turns) => string.Concat(Parts(turns).Select(part => part.Kind switch
    {
        PartKind.Image => RawPrompt.ImagePlaceholder,
        PartKind.EndOfAnswer => EndOfAnswer,
        _ => part.Text,
    }));

    /// <summary>
    /// Ids from bos on, with <see cref="ImageTokenId"/> for each picture. Text on both sides of a picture or an eos is encoded by itself,
    /// so a placeholder that a user types stays text.
    /// </summary>
    /// <param name="system">In place of the system prompt that LLaVA-1.5 was trained with.</param>
    public static int[] Encode(LlamaTokenizer tokenizer, IReadOnlyList<ConversationTurn> turns, string? system = null)
    {
        var ids = new List<int> { tokenizer.BosId };
        foreach (var part in Parts(turns, system))
        {
            switch (part.Kind)
            {
                case PartKind.Image:
                    ids.Add(ImageTokenId);
                    break;
                case PartKind.EndOfAnswer:
                    ids.Add(tokenizer.EosId);
                    break;
                default:
                    tokenizer.Encode(part.Text, ids);
                    break;
            }
        }
        return [.. ids];
    }

    static IEnumerable<Part> Parts(IReadOnlyList<ConversationTurn> turns, string? system = null)
    {
        var text = new StringBuilder(system ?? SystemPrompts.Find(System)).Append(' ');
        foreach (var turn in turns)
        {
            text.Append("USER: ");
            if (turn.HasImage)
            {
                yield return new Part(PartKind.Text, text.ToString());
                yield return new Part(PartKind.Image, "");
                text.Clear().Append('\n');
            }
            text.Append(turn.User).Append(" ASSISTANT:");
            if (turn.Answer is not { } answer)
                continue;
            yield return new Part(PartKind.Text, text.Append(' ').Append(answer).ToString());
            yield return new Part(PartKind.EndOfAnswer, "");
            text.Clear();
        }
        if (text.Length > 0)
            yield return new Part(PartKind.Text, text.ToString());
    }

    enum PartKind { Text, Image, EndOfAnswer }

    readonly record struct Part(PartKind Kind, string Text);
}
