using System.Runtime.InteropServices;
using Llava.Data.Tokenization;

namespace Llava.Generate.Search;

/// <summary>
/// An answer's text while its tokens come in; each costs the same, however many came before. What is told piece by piece adds up to the
/// whole: a piece never ends inside a character whose other bytes are still to come, in white space that the end would trim, or in what may
/// turn out to be a stop string.
/// </summary>
sealed class AnswerText(LlamaTokenizer tokenizer, StopStrings stops)
{
    readonly IncrementalDecoder _decoder = tokenizer.StartDecoding();
    readonly List<char> _text = [];
    int? _visibleStart;
    int _visibleEnd;
    int _told;
    int? _stop;

    public bool HasStop => _stop is not null;

    ReadOnlySpan<char> Text => CollectionsMarshal.AsSpan(_text);

    public void Add(int id)
    {
        var before = _text.Count;
        _decoder.Append(id, _text);
        for (var place = before; place < _text.Count; place++)
        {
            if (char.IsWhiteSpace(_text[place]))
                continue;
            _visibleStart ??= place;
            _visibleEnd = place + 1;
        }
        var searched = Math.Max(0, before - stops.LongestStart);
        _stop ??= searched + stops.FirstIn(Text[searched..]);
    }

    /// <summary>The text up to the first stop string, without white space around it.</summary>
    public string Whole()
    {
        // Waiting bytes that nothing completes any more are no character.
        var text = _stop is { } stop ? Text[..stop] : [.. Text, .. new string(IncrementalDecoder.Replacement, _decoder.WaitingBytes)];
        return text.Trim().ToString();
    }

    /// <summary>What is certain by now and was not told yet; "" for nothing.</summary>
    public string NextPiece(bool isFinished)
    {
        var piece = isFinished ? Whole()[_told..] : Certain().ToString();
        _told += piece.Length;
        return piece;
    }

    ReadOnlySpan<char> Certain()
    {
        if (_visibleStart is not { } start)
            return [];
        var from = start + _told;
        var end = Math.Min(_visibleEnd, _text.Count - stops.StartAtEndOf(Text));
        return end <= from ? [] : Text[from..end].TrimEnd();
    }
}
