using System.Text;

namespace Llava.Data.Tokenization;

/// <summary>From ids back to text, as SentencePiece decodes: the space put before the text goes, bytes that spell no character become U+FFFD.</summary>
internal sealed class TokenDecoder
{
    readonly TokenizerDefinition _definition;
    readonly string[] _pieces;
    readonly byte?[] _bytes;
    readonly HashSet<int> _leftOut;

    public TokenDecoder(TokenizerDefinition definition, string[] pieces)
    {
        _definition = definition;
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

    public string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder(ids.Length * 4);
        var pending = new List<byte>();
        foreach (var id in ids)
        {
            if (_bytes[id] is { } value)
            {
                pending.Add(value);
                continue;
            }
            Flush(pending, text);
            if (!_leftOut.Contains(id))
                text.Append(_pieces[id]);
        }
        Flush(pending, text);
        text.Replace(LlamaTokenizer.SpaceMark, ' ');
        var hasPrefix = _definition.Whitespace.Prefix != PrefixRule.None && text.Length > 0 && text[0] == ' ';
        return text.ToString(hasPrefix ? 1 : 0, text.Length - (hasPrefix ? 1 : 0));
    }

    /// <summary>Each byte of a sequence that is no UTF-8 becomes a U+FFFD of its own, unlike in .NET's decoder.</summary>
    static void Flush(List<byte> pending, StringBuilder text)
    {
        ReadOnlySpan<byte> rest = pending.ToArray();
        while (!rest.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(rest, out var character, out var length) == System.Buffers.OperationStatus.Done;
            text.Append(valid ? character.ToString() : "\uFFFD");
            rest = rest[(valid ? length : 1)..];
        }
        pending.Clear();
    }
}
