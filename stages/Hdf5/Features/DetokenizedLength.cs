using System.Globalization;
using System.Text;
using Llava.Data.Tokenization;

namespace Llava.Hdf5.Features;

/// <summary>
/// How long a row of ids is as text, special tokens and padding spelled out: what the reference sums up as
/// <c>detokenized_chars</c> and <c>detokenized_bytes</c>. Thread-safe.
/// </summary>
sealed class DetokenizedLength
{
    /// <summary>Characters in the upper half, bytes in the lower; for pieces such as &lt;0x0A&gt; the complement of the byte.</summary>
    readonly int[] _lengths;

    public DetokenizedLength(LlamaTokenizer tokenizer)
    {
        _lengths = new int[tokenizer.VocabularySize];
        for (var id = 0; id < _lengths.Length; id++)
        {
            var piece = tokenizer.Piece(id);
            _lengths[id] = ByteOf(piece) is { } value ? ~value : Length(piece);
        }
    }

    public (int Characters, int Bytes) Of(ReadOnlySpan<int> ids)
    {
        var (characters, bytes) = (0, 0);
        for (var i = 0; i < ids.Length; i++)
        {
            var length = _lengths[ids[i]];
            if (length >= 0)
            {
                characters += length >> 16;
                bytes += (ushort)length;
                continue;
            }
            var run = RunOfBytes(ids[i..]);
            i += run.Length - 1;
            var (runCharacters, runBytes) = Decoded(run);
            (characters, bytes) = (characters + runCharacters, bytes + runBytes);
        }
        return (characters, bytes);
    }

    /// <summary>Of <paramref name="count"/> times the same id.</summary>
    public (int Characters, int Bytes) OfRepeated(int id, int count)
    {
        var (characters, bytes) = Of([id]);
        return (characters * count, bytes * count);
    }

    byte[] RunOfBytes(ReadOnlySpan<int> ids)
    {
        var length = 1;
        while (length < ids.Length && _lengths[ids[length]] < 0)
            length++;
        var run = new byte[length];
        for (var i = 0; i < length; i++)
            run[i] = (byte)~_lengths[ids[i]];
        return run;
    }

    // A run that is not UTF-8 becomes one replacement character for each byte.
    static (int Characters, int Bytes) Decoded(byte[] run) => System.Text.Unicode.Utf8.IsValid(run)
        ? (run.Count(unit => (unit & 0xC0) != 0x80), run.Length)
        : (run.Length, 3 * run.Length);

    static int Length(string piece)
    {
        var text = piece.AsSpan();
        var characters = text.Length;
        foreach (var unit in text)
            characters -= char.IsHighSurrogate(unit) ? 1 : 0;
        return characters << 16 | Encoding.UTF8.GetByteCount(text) - 2 * text.Count(LlamaTokenizer.SpaceMark);
    }

    static byte? ByteOf(string piece) =>
        piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>' && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
