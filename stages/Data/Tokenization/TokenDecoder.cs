using System.Runtime.InteropServices;

namespace Llava.Data.Tokenization;

/// <summary>From ids back to text, as SentencePiece decodes: the space put before the text goes, bytes that spell no character become U+FFFD.</summary>
internal sealed class TokenDecoder
{
    readonly string[] _pieces;
    readonly byte?[] _bytes;
    readonly HashSet<int> _leftOut;

    public TokenDecoder(TokenizerDefinition definition, string[] pieces)
    {
        DropsFirstSpace = definition.Whitespace.Prefix != PrefixRule.None;
        _pieces = pieces;
        _bytes = new byte?[pieces.Length];
        for (var id = 0; id < definition.VocabularySize; id++)
            _bytes[id] = definition.Symbols[id].Kind == PieceKind.Byte ? ByteTokens.ValueOf(pieces[id]) : null;
        _leftOut = [.. definition.AddedTokens.Where(token => token.Special).Select(token => token.Id)];
        for (var id = 0; id < definition.VocabularySize; id++)
        {
            if (definition.Symbols[id].Kind is PieceKind.Control or PieceKind.Unknown)
                _leftOut.Add(id);
        }
    }

    public bool DropsFirstSpace { get; }

    /// <summary>Null where the id is no byte.</summary>
    public byte? ByteOf(int id) => _bytes[id];

    /// <summary>The piece, spaces as U+2581; "" where it is left out of the text.</summary>
    public string TextOf(int id) => _leftOut.Contains(id) ? "" : _pieces[id];

    public string Decode(ReadOnlySpan<int> ids)
    {
        var text = new List<char>(ids.Length * 4);
        var decoder = new IncrementalDecoder(this);
        foreach (var id in ids)
            decoder.Append(id, text);
        decoder.EndBytes(text);
        return new string(CollectionsMarshal.AsSpan(text));
    }
}
