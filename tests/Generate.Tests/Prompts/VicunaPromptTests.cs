using Llava.Data.Tokenization;
using Llava.Generate.Prompts;
using Llava.Tests;

namespace Llava.Generate.Tests.Prompts;

public sealed class VicunaPromptTests
{
    [Fact]
    public void A_placeholder_that_a_user_types_is_no_picture()
    {
        var tokenizer = LlamaTokenizer.Load(GoldenData.Require("small/model/hf_in/text_model"));
        Assert.DoesNotContain(VicunaPrompt.ImageTokenId, VicunaPrompt.Encode(tokenizer, VicunaPrompt.Ask("What does <image> mean?", hasImage: false)));
    }
}
