using System.Buffers;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Tokenization;

/// <summary>
/// The tokenizer of Llama-2 and Vicuna: byte-pair encoding with byte fallback, ids equal to SentencePiece's and to Hugging Face's
/// fast tokenizer. Immutable and thread-safe. Neither bos nor eos is added.
/// </summary>
public sealed class LlamaTokenizer
{
    /// <summary>U+2581, which stands for a space inside pieces.</summary>
    public const char SpaceMark = '\u2581';

    readonly TokenizerDefinition _definition;
    readonly string[] _pieces;
    readonly SpaceMarking _spaces;
    readonly PartEncoder _encoder;
    readonly TokenDecoder _decoder;
    readonly TokenFinder _verbatimTokens;
    readonly TokenFinder _normalizedTokens;

    internal LlamaTokenizer(TokenizerDefinition definition, SpecialTokens special)
    {
        _definition = definition;
        (BosId, EosId, PadId) = (special.BosId, special.EosId, special.PadId ?? special.EosId);
        _pieces = PieceTexts(definition);
        _spaces = new SpaceMarking(definition.Whitespace);
        _encoder = new PartEncoder(definition);
        _decoder = new TokenDecoder(definition, _pieces);
        _verbatimTokens = new TokenFinder(definition.AddedTokens.Where(token => !token.Normalized));
        _normalizedTokens = new TokenFinder(definition.AddedTokens.Where(token => token.Normalized));
    }

    /// <summary>How many ids there are: pieces of the model and tokens added to it.</summary>
    public int VocabularySize => _pieces.Length;

    public int BosId { get; }

    public int EosId { get; }

    public int UnknownId => _definition.UnknownId;

    /// <summary>The pad token of the tokenizer's files, else <see cref="EosId"/>.</summary>
    public int PadId { get; }

    /// <summary>
    /// Reads <c>tokenizer.model</c> (else <c>tokenizer.json</c>), <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and
    /// <c>added_tokens.json</c> of a Hugging Face folder.
    /// </summary>
    /// <exception cref="DiagnosticException">There is no tokenizer, it is damaged, or of a kind that is not read.</exception>
    public static LlamaTokenizer Load(string folder, LiteralTokens literals = LiteralTokens.FromFiles) =>
        TokenizerFolder.Load(folder, literals);

    /// <summary>The files of a folder that a tokenizer is read from, in a fixed order.</summary>
    public static IReadOnlyList<string> FilesOf(string folder) =>
        [.. TokenizerFolder.FileNames.Select(name => Path.Combine(folder, name)).Where(File.Exists)];

    /// <summary>The ids of a text, without bos and eos.</summary>
    public int[] Encode(string text)
    {
        var ids = new TokenBuffer();
        Encode(text, ids);
        return ids.Ids.ToArray();
    }

    /// <summary>Appends the ids of a text to a list.</summary>
    public void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        var buffer = new TokenBuffer();
        Encode(text, buffer);
        ids.AddRange(buffer.Ids);
    }

    /// <summary>Appends the ids of a text; nothing is allocated for a text whose words were met before.</summary>
    public void Encode(ReadOnlySpan<char> text, TokenBuffer ids)
    {
        if (_verbatimTokens.IsEmpty)
        {
            EncodePart(text, isFirstPart: true, ids);
            return;
        }
        var done = 0;
        while (_verbatimTokens.TryFind(text, done, out var token, out var start, out var end))
        {
            EncodePart(text[done..start], isFirstPart: done == 0, ids);
            ids.Add(token.Id);
            done = end;
        }
        EncodePart(text[done..], isFirstPart: done == 0, ids);
    }

    /// <summary>The text of a row of ids: bos, eos and other special tokens left out, bytes joined to characters.</summary>
    public string Decode(ReadOnlySpan<int> ids) => _decoder.Decode(ids);

    /// <summary>Decodes ids that are still to come.</summary>
    public IncrementalDecoder StartDecoding() => new(_decoder);

    /// <summary>The piece as it stands in the vocabulary, spaces as U+2581.</summary>
    public string Piece(int id) => _pieces[id];

    /// <summary>The id of a piece exactly as it stands in the vocabulary, or null.</summary>
    public int? FindPiece(string piece) => Array.IndexOf(_pieces, piece) is var id and >= 0 ? id : null;

    void EncodePart(ReadOnlySpan<char> part, bool isFirstPart, TokenBuffer ids)
    {
        if (part.IsEmpty)
            return;
        var buffer = ArrayPool<char>.Shared.Rent(SpaceMarking.Bound(part.Length));
        try
        {
            EncodeMarked(buffer.AsSpan(0, _spaces.Write(part, isFirstPart, buffer)), ids);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    void EncodeMarked(ReadOnlySpan<char> text, TokenBuffer ids)
    {
        var done = 0;
        while (!_normalizedTokens.IsEmpty && _normalizedTokens.TryFind(text, done, out var token, out var start, out var end))
        {
            _encoder.Append(text[done..start], ids);
            ids.Add(token.Id);
            done = end;
        }
        _encoder.Append(text[done..], ids);
    }

    static string[] PieceTexts(TokenizerDefinition definition)
    {
        var size = definition.AddedTokens.Select(token => token.Id + 1).Append(definition.VocabularySize).Max();
        var pieces = new string[size];
        Array.Fill(pieces, "");
        for (var id = 0; id < definition.VocabularySize; id++)
            pieces[id] = definition.Symbols[id].Text;
        foreach (var token in definition.AddedTokens.Where(token => token.Id >= definition.VocabularySize))
            pieces[token.Id] = token.Content;
        return pieces;
    }
}
