using System.Text.Json;
using Llava.Data.Tokenization;
using Llava.Generate.Prompts;
using Llava.Tests;

namespace Llava.Generate.Tests.Prompts;

public sealed class VicunaPromptTests
{
    [Fact]
    public void Single_questions_have_the_text_and_ids_of_the_reference()
    {
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require("tokenization/llama2_pad_unk"));
        using var golden = JsonDocument.Parse(File.ReadAllText(GoldenData.Require("model/preprocess_parity.json")));
        foreach (var item in golden.RootElement.GetProperty("prompts").EnumerateArray())
        {
            var turns = VicunaPrompt.Ask(item.GetProperty("question").GetString()!, item.GetProperty("image").GetBoolean());
            Assert.Equal(item.GetProperty("prompt").GetString(), VicunaPrompt.ToText(turns));
            Assert.Equal(Ids(item, "infer_ids_legacy_true"), VicunaPrompt.Encode(tokenizer, turns));
        }
    }

    [Fact]
    public void Several_turns_have_the_text_and_ids_of_training()
    {
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require("tokenization/llama2_pad_unk"));
        using var golden = JsonDocument.Parse(File.ReadAllText(GoldenData.Require("model/preprocess_parity.json")));
        var item = golden.RootElement.GetProperty("multi_turn");
        ConversationTurn[] turns = [new("What food is this?", "Noodles.", HasImage: true), new("Is it hot?", "Probably.")];
        Assert.Equal(item.GetProperty("prompt").GetString(), VicunaPrompt.ToText(turns));
        Assert.Equal(Ids(item, "modelzoo"), VicunaPrompt.Encode(tokenizer, turns));
    }

    [Theory]
    [InlineData("small/model")]
    [InlineData("model")]
    public void Prompts_equal_those_that_the_exported_model_was_asked(string folder)
    {
        var path = GoldenData.Require($"{folder}/golden_client_init.json");
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require($"{folder}/hf_in/text_model"));
        using var golden = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var run in golden.RootElement.EnumerateObject().Select(entry => entry.Value).Where(run => run.TryGetProperty("question", out _)))
        {
            var prompt = run.GetProperty("prompt").GetString()!;
            var hasImage = run.GetProperty("image").GetString() != "none";
            var turns = VicunaPrompt.Ask(run.GetProperty("question").GetString()!, hasImage);
            var isConversation = prompt.StartsWith("A chat", StringComparison.Ordinal);
            Assert.Equal(prompt, isConversation ? VicunaPrompt.ToText(turns) : prompt);
            Assert.Equal(Ids(run, "input_ids"), isConversation ? VicunaPrompt.Encode(tokenizer, turns) : RawPrompt.Encode(tokenizer, prompt));
        }
    }

    [Fact]
    public void A_placeholder_that_a_user_types_is_no_picture()
    {
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require("small/model/hf_in/text_model"));
        Assert.DoesNotContain(VicunaPrompt.ImageTokenId, VicunaPrompt.Encode(tokenizer, VicunaPrompt.Ask("What does <image> mean?", hasImage: false)));
    }

    static IEnumerable<int> Ids(JsonElement item, string key) => item.GetProperty(key).EnumerateArray().Select(id => id.GetInt32());
}
