using System.Buffers;
using System.Text;

namespace Llava.Data.Tokenization;

/// <summary>
/// Decodes ids as they come in. What it has appended never changes: bytes that may be the beginning of a character wait for the rest of it.
/// Settled text and a U+FFFD for each byte that waits are together what <see cref="LlamaTokenizer.Decode"/> makes of the same ids.
/// </summary>
public sealed class IncrementalDecoder
{
    /// <summary>Stands for a byte that belongs to no character.</summary>
    public const char Replacement = '\uFFFD';

    const int LongestCharacterBytes = 4;

    readonly TokenDecoder _tokens;
    readonly byte[] _waiting = new byte[LongestCharacterBytes];
    bool _dropsSpace;

    internal IncrementalDecoder(TokenDecoder tokens) => (_tokens, _dropsSpace) = (tokens, tokens.DropsFirstSpace);

    IncrementalDecoder(IncrementalDecoder other)
    {
        (_tokens, _dropsSpace, WaitingBytes) = (other._tokens, other._dropsSpace, other.WaitingBytes);
        other._waiting.CopyTo(_waiting, 0);
    }

    /// <summary>How many bytes wait for the rest of their character.</summary>
    public int WaitingBytes { get; private set; }

    /// <summary>Another that goes on from here by itself.</summary>
    public IncrementalDecoder Copy() => new(this);

    /// <summary>Appends the text that is certain with this id.</summary>
    public void Append(int id, List<char> text)
    {
        if (_tokens.ByteOf(id) is { } value)
        {
            _waiting[WaitingBytes++] = value;
            Settle(text);
            return;
        }
        EndBytes(text);
        foreach (var unit in _tokens.TextOf(id))
            Append(unit, text);
    }

    /// <summary>No byte will follow: those that wait are no character.</summary>
    public void EndBytes(List<char> text)
    {
        for (; WaitingBytes > 0; WaitingBytes--)
            Append(Replacement, text);
    }

    // Each byte of a sequence that is no UTF-8 becomes a U+FFFD of its own, unlike in .NET's decoder.
    void Settle(List<char> text)
    {
        Span<char> units = stackalloc char[2];
        while (WaitingBytes > 0 && Rune.DecodeFromUtf8(_waiting.AsSpan(0, WaitingBytes), out var character, out var length) is var status and not OperationStatus.NeedMoreData)
        {
            var isValid = status == OperationStatus.Done;
            var count = isValid ? character.EncodeToUtf16(units) : Rune.ReplacementChar.EncodeToUtf16(units);
            foreach (var unit in units[..count])
                Append(unit, text);
            var used = isValid ? length : 1;
            _waiting.AsSpan(used).CopyTo(_waiting);
            WaitingBytes -= used;
        }
    }

    void Append(char unit, List<char> text)
    {
        var said = unit == LlamaTokenizer.SpaceMark ? ' ' : unit;
        if (!_dropsSpace || said != ' ')
            text.Add(said);
        _dropsSpace = false;
    }
}
