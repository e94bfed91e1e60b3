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
    readonly (short Characters, short Bytes)[] _pieces;
    readonly byte?[] _bytePieces;

    public DetokenizedLength(LlamaTokenizer tokenizer)
    {
        _pieces = new (short, short)[tokenizer.VocabularySize];
        _bytePieces = new byte?[tokenizer.VocabularySize];
        for (var id = 0; id < _pieces.Length; id++)
        {
            var text = tokenizer.Piece(id).Replace(LlamaTokenizer.SpaceMark, ' ');
            _bytePieces[id] = ByteOf(text);
            _pieces[id] = ((short)text.EnumerateRunes().Count(), (short)Encoding.UTF8.GetByteCount(text));
        }
    }

    public (int Characters, int Bytes) Of(ReadOnlySpan<int> ids)
    {
        var (characters, bytes) = (0, 0);
        for (var i = 0; i < ids.Length; i++)
        {
            if (_bytePieces[ids[i]] is null)
            {
                characters += _pieces[ids[i]].Characters;
                bytes += _pieces[ids[i]].Bytes;
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
        while (length < ids.Length && _bytePieces[ids[length]] is not null)
            length++;
        var run = new byte[length];
        for (var i = 0; i < length; i++)
            run[i] = _bytePieces[ids[i]]!.Value;
        return run;
    }

    // A run that is not UTF-8 becomes one replacement character for each byte.
    static (int Characters, int Bytes) Decoded(byte[] run) => System.Text.Unicode.Utf8.IsValid(run)
        ? (run.Count(unit => (unit & 0xC0) != 0x80), run.Length)
        : (run.Length, 3 * run.Length);

    static byte? ByteOf(string piece) =>
        piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>' && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
