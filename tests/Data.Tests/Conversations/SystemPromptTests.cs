using Llava.Contracts.Diagnostics;
using Llava.Data.Conversations;

namespace Llava.Tests.Data.Conversations;

public sealed class SystemPromptTests
{
    [Theory]
    [InlineData("vicuna_v0", "human")]
    [InlineData("vicuna_v1", "user")]
    [InlineData("llava_v0", "human")]
    [InlineData("llava_v1", "human")]
    public void A_chat_style_names_the_speaker_twice(string style, string speaker) => Assert.Equal(
        $"A chat between a curious {speaker} and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the {speaker}'s questions.",
        SystemPrompts.Find(style));

    [Theory]
    [InlineData("llava_plain", "")]
    [InlineData("mistral_instruct", "")]
    [InlineData("zephyr", "<|system|>\n</s>")]
    public void A_style_without_prose_has_its_bare_text(string style, string prompt) => Assert.Equal(prompt, SystemPrompts.Find(style));

    [Fact]
    public void An_unknown_style_is_refused_with_the_list_of_styles()
    {
        var problem = Assert.Throws<DiagnosticException>(() => SystemPrompts.Find("vicuna", new SourceLocation("a.yaml", 3, 5)));
        Assert.Equal(
            "a.yaml(3,5): error LLAVA3023: no system prompt style 'vicuna'; there are llava_plain, llava_v0, llava_v1, mistral_instruct, vicuna_v0, vicuna_v1, zephyr",
            problem.Message);
    }
}
