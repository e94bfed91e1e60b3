namespace Llava.Data.Tokenization;

/// <summary>Decides which tokens are looked for literally in a text, and how.</summary>
internal static class AddedTokenRules
{
    public static IReadOnlyList<AddedToken> Combine(TokenizerDefinition definition, TokenDeclarations declarations, LiteralTokens literals)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < definition.VocabularySize; id++)
            ids.TryAdd(definition.Symbols[id].Text, id);
        List<AddedToken> tokens = [.. definition.AddedTokens];
        if (literals == LiteralTokens.AsText)
            return tokens;
        foreach (var declared in WithStructure(definition, declarations))
        {
            if ((ids.TryGetValue(declared.Content, out var known) ? known : declared.Id) is not { } id || tokens.Exists(token => token.Id == id))
                continue;
            tokens.Add(Rule(definition, declared, id, literals));
        }
        return tokens;
    }

    /// <summary>The control pieces of the model are looked for even where no file declares them.</summary>
    static IEnumerable<DeclaredToken> WithStructure(TokenizerDefinition definition, TokenDeclarations declarations) => declarations.Tokens.Concat(
        definition.Symbols.Take(definition.VocabularySize)
            .Where(piece => piece.Kind is PieceKind.Control or PieceKind.Unknown)
            .Select(piece => new DeclaredToken(piece.Text, null, null)));

    static AddedToken Rule(TokenizerDefinition definition, DeclaredToken declared, int id, LiteralTokens literals)
    {
        var normalized = !definition.Whitespace.AfterLiteralTokens && literals switch
        {
            LiteralTokens.Normalized => true,
            LiteralTokens.Verbatim => false,
            _ => declared.Normalized ?? true,
        };
        var pattern = normalized ? AsInText(definition.Whitespace, declared.Content) : declared.Content;
        return new AddedToken(id, declared.Content, pattern, normalized, declared.SingleWord, declared.StripLeft, declared.StripRight, declared.Special);
    }

    /// <summary>A normalised token is prepared like a text of its own, so its content begins with the marked space, too.</summary>
    static string AsInText(WhitespaceRule rule, string content)
    {
        Span<char> marked = new char[SpaceMarking.Bound(content.Length)];
        return marked[..new SpaceMarking(rule).Write(content, isFirstPart: true, marked)].ToString();
    }
}
