using Llava.Data.Tokenization;

namespace Llava.Golden.Tests.Tokenization;

/// <summary>Llama-2's tokenizer with and without a pad token of its own. It may not be copied into the project, so a set can lack it.</summary>
static class TokenizerFolders
{
    public const string WithPad = "llama2_pad_unk", WithoutPad = "llama2_pad_none";

    public static string Require(string name)
    {
        var folder = GoldenSet.Require($"tokenization/{name}");
        GoldenSet.Require($"tokenization/{name}/tokenizer.model");
        return folder;
    }

    public static LlamaTokenizer Load(string name, LiteralTokens literals = LiteralTokens.FromFiles) => LlamaTokenizer.Load(Require(name), literals);
}
