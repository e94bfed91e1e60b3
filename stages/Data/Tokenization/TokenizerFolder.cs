using Llava.Contracts.Diagnostics;

namespace Llava.Data.Tokenization;

/// <summary>Puts a tokenizer together from the files of a Hugging Face folder.</summary>
internal static class TokenizerFolder
{
    const string SentencePieceFile = "tokenizer.model";
    const string FastFile = "tokenizer.json";

    public static IReadOnlyList<string> FileNames { get; } = [SentencePieceFile, FastFile, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];

    public static LlamaTokenizer Load(string folder, LiteralTokens literals)
    {
        var definition = ReadModel(folder);
        var declarations = TokenDeclarations.Read(folder);
        var tokens = AddedTokenRules.Combine(definition, declarations, literals);
        return new LlamaTokenizer(definition with { AddedTokens = tokens }, Special(definition, tokens, declarations));
    }

    static TokenizerDefinition ReadModel(string folder)
    {
        var model = Path.Combine(folder, SentencePieceFile);
        if (File.Exists(model))
            return SentencePieceModelFile.Read(model);
        var fast = Path.Combine(folder, FastFile);
        if (File.Exists(fast))
            return FastTokenizerFile.Read(fast);
        throw ErrorCatalog.TokenizerMissing.Fails(folder, $"no tokenizer here: neither {SentencePieceFile} nor {FastFile}");
    }

    static SpecialTokens Special(TokenizerDefinition definition, IReadOnlyList<AddedToken> tokens, TokenDeclarations declarations)
    {
        return new SpecialTokens(Required("bos_token", "<s>"), Required("eos_token", "</s>"), Find(declarations.RoleOf("pad_token")));

        int Required(string role, string usual) => Find(declarations.RoleOf(role) ?? usual)
            ?? throw ErrorCatalog.BadTokenizer.Fails(definition.Path, $"the {role} '{declarations.RoleOf(role) ?? usual}' is not in the vocabulary");

        int? Find(string? content)
        {
            if (content is null)
                return null;
            for (var id = 0; id < definition.VocabularySize; id++)
            {
                if (definition.Symbols[id].Text == content)
                    return id;
            }
            return declarations.IdOf(content) ?? tokens.FirstOrDefault(token => token.Content == content)?.Id;
        }
    }
}
