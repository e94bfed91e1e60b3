using System.Globalization;
using System.Text;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Tokenization;

/// <summary>The 256 pieces <c>&lt;0x00&gt;</c> … <c>&lt;0xFF&gt;</c> that spell a character which is no piece.</summary>
internal sealed class ByteTokens
{
    readonly int[] _ids = new int[256];

    public ByteTokens(TokenizerDefinition definition)
    {
        Array.Fill(_ids, -1);
        for (var id = 0; id < definition.VocabularySize; id++)
        {
            if (definition.Symbols[id].Kind == PieceKind.Byte && ValueOf(definition.Symbols[id].Text) is { } value)
                _ids[value] = id;
        }
        var missing = Array.IndexOf(_ids, -1);
        if (missing >= 0)
            throw ErrorCatalog.BadTokenizer.Fails(definition.Path, $"the vocabulary has byte fallback but no piece <0x{missing:X2}>");
    }

    /// <summary>Appends the bytes of the first character of <paramref name="text"/>; a lone surrogate counts as U+FFFD.</summary>
    public void Append(ReadOnlySpan<char> text, TokenBuffer ids)
    {
        Rune.DecodeFromUtf16(text, out var character, out _);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var value in bytes[..character.EncodeToUtf8(bytes)])
            ids.Add(_ids[value]);
    }

    /// <summary>The byte that a piece such as <c>&lt;0x0A&gt;</c> spells, or null.</summary>
    public static byte? ValueOf(string piece) =>
        piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>'
        && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
