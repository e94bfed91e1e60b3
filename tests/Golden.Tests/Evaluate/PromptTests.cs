using System.Text.Json;
using Llava.Data.Tokenization;
using Llava.Generate.Prompts;
using Llava.Golden.Tests.Tokenization;

namespace Llava.Golden.Tests.Evaluate;

/// <summary>Prompts of LLaVA and of ModelZoo side by side.</summary>
public sealed class PromptTests
{
    const string Part = "model";

    [Fact]
    public void Questions_have_the_text_and_ids_of_the_reference()
    {
        using var golden = Parity(out var tokenizer);
        Comparison.Each(Part, "parity prompts", golden.RootElement.GetProperty("prompts").EnumerateArray(), item =>
        {
            var turns = VicunaPrompt.Ask(item.GetProperty("question").GetString()!, item.GetProperty("image").GetBoolean());
            Assert.Equal(item.GetProperty("prompt").GetString(), VicunaPrompt.ToText(turns));
            Assert.Equal(item.Integers("infer_ids_legacy_true"), VicunaPrompt.Encode(tokenizer, turns));
            return 1;
        });
    }

    [Fact]
    public void Several_turns_have_the_ids_of_training()
    {
        using var golden = Parity(out var tokenizer);
        Comparison.Each(Part, "parity conversations", [golden.RootElement.GetProperty("multi_turn")], item =>
        {
            var prompt = item.GetProperty("prompt").GetString()!;
            ConversationTurn[] turns = [.. TurnsOf(prompt)];
            Assert.Equal(prompt, VicunaPrompt.ToText(turns));
            Assert.Equal(item.Integers("modelzoo"), VicunaPrompt.Encode(tokenizer, turns));
            return 1;
        });
    }

    static JsonDocument Parity(out LlamaTokenizer tokenizer)
    {
        tokenizer = TokenizerFolders.Load(TokenizerFolders.WithPad);
        return JsonDocument.Parse(File.ReadAllText(GoldenSet.Require($"{Part}/preprocess_parity.json")));
    }

    static IEnumerable<ConversationTurn> TurnsOf(string prompt) => prompt.Split("USER: ").Skip(1).Select(turn =>
    {
        var (question, answer) = (turn.Split(" ASSISTANT: ")[0], turn.Split(" ASSISTANT: ")[1].Replace("</s>", "", StringComparison.Ordinal));
        var hasImage = question.StartsWith("<image>\n", StringComparison.Ordinal);
        return new ConversationTurn(hasImage ? question["<image>\n".Length..] : question, answer, hasImage);
    });
}
