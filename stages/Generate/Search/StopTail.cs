using System.Runtime.InteropServices;
using Llava.Data.Tokenization;

namespace Llava.Generate.Search;

/// <summary>The end of a text that may go on in several ways: no more of it than a stop string that has begun. Immutable.</summary>
sealed class StopTail
{
    readonly StopStrings _stops;
    readonly IncrementalDecoder _decoder;
    readonly List<char> _text;

    public StopTail(LlamaTokenizer tokenizer, StopStrings stops) : this(stops, tokenizer.StartDecoding(), []) { }

    StopTail(StopStrings stops, IncrementalDecoder decoder, List<char> text)
    {
        (_stops, _decoder, _text) = (stops, decoder, text);
        HasStop = stops.FirstIn(CollectionsMarshal.AsSpan(text)) is not null;
        text.RemoveRange(0, Math.Max(0, text.Count - stops.LongestStart));
    }

    public bool HasStop { get; }

    public StopTail Then(int id)
    {
        if (_stops.IsEmpty)
            return this;
        var (decoder, text) = (_decoder.Copy(), new List<char>(_text));
        decoder.Append(id, text);
        return new StopTail(_stops, decoder, text);
    }
}
