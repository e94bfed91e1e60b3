using System.Numerics;

namespace Llava.Data.Tokenization;

/// <summary>
/// Where a text can be cut without changing its tokens: between two characters that stand side by side in no piece, since
/// every merge makes a piece. For Llama's vocabulary that cuts before each word, around digits and most punctuation.
/// </summary>
internal sealed class MergeBoundaries
{
    const int AsciiCount = 128;

    /// <summary>Pairs of ASCII characters, two words of 64 bits a row; U+2581 has the place of the space, which it stands for.</summary>
    readonly ulong[] _asciiPairs = new ulong[AsciiCount * 2];

    /// <summary>All other pairs of UTF-16 units, open addressing; the pair (0, 0) marks an empty slot and is never put here.</summary>
    readonly uint[] _otherPairs;

    public MergeBoundaries(IReadOnlyList<VocabularyPiece> symbols)
    {
        var others = new HashSet<uint>();
        foreach (var piece in symbols.Where(piece => piece.IsText))
        {
            for (var index = 1; index < piece.Text.Length; index++)
                Add(piece.Text[index - 1], piece.Text[index], others);
        }
        _otherPairs = new uint[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, others.Count * 4))];
        foreach (var pair in others)
            _otherPairs[SlotOf(pair)] = pair;
    }

    /// <summary>The end of the stretch that starts at <paramref name="start"/>; nothing merges across it.</summary>
    public int EndOfStretch(ReadOnlySpan<char> text, int start)
    {
        var previous = text[start];
        var index = start + 1;
        for (; index < text.Length; index++)
        {
            var current = text[index];
            if (!MayJoin(previous, current))
                break;
            previous = current;
        }
        return index;
    }

    bool MayJoin(char left, char right)
    {
        var (leftRow, rightRow) = (RowOf(left), RowOf(right));
        if ((leftRow | rightRow) < AsciiCount)
            return ((_asciiPairs[(leftRow << 1) + (rightRow >> 6)] >> rightRow) & 1) != 0;
        return char.IsHighSurrogate(left) && char.IsLowSurrogate(right) || _otherPairs[SlotOf(PairOf(left, right))] != 0;
    }

    void Add(char left, char right, HashSet<uint> others)
    {
        var (leftRow, rightRow) = (RowOf(left), RowOf(right));
        if ((leftRow | rightRow) < AsciiCount)
            _asciiPairs[(leftRow << 1) + (rightRow >> 6)] |= 1UL << rightRow;
        else
            others.Add(PairOf(left, right));
    }

    static int RowOf(char character) => character == LlamaTokenizer.SpaceMark ? ' ' : character;

    static uint PairOf(char left, char right) => ((uint)left << 16) | right;

    int SlotOf(uint pair)
    {
        var slot = (int)((pair * 0x9E3779B1u) >> 7) & (_otherPairs.Length - 1);
        while (_otherPairs[slot] != pair && _otherPairs[slot] != 0)
            slot = (slot + 1) & (_otherPairs.Length - 1);
        return slot;
    }
}
