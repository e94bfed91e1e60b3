using System.Text;

namespace Llava.Data.Tokenization;

/// <summary>The symbol that a single character starts as, before any merge.</summary>
internal sealed class CharacterSymbols
{
    /// <summary>A character that no piece contains.</summary>
    public const int None = -1;

    readonly int[] _basic = new int[0x10000];
    readonly Dictionary<int, int> _supplementary = [];

    public CharacterSymbols(IReadOnlyList<VocabularyPiece> symbols)
    {
        Array.Fill(_basic, None);
        for (var id = 0; id < symbols.Count; id++)
        {
            var (text, kind) = (symbols[id].Text, symbols[id].Kind);
            if (text.Length == 0 || !(symbols[id].IsText || kind == PieceKind.Unused))
                continue;
            if (Rune.DecodeFromUtf16(text, out var character, out var length) != System.Buffers.OperationStatus.Done || length != text.Length)
                continue;
            if (!character.IsBmp)
                _supplementary.TryAdd(character.Value, id);
            else if (_basic[character.Value] == None)
                _basic[character.Value] = id;
        }
    }

    public int this[Rune character] =>
        character.IsBmp ? _basic[character.Value] : _supplementary.GetValueOrDefault(character.Value, None);
}
