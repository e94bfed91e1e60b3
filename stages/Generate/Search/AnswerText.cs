using Llava.Data.Tokenization;

namespace Llava.Generate.Search;

/// <summary>
/// An answer's text while its tokens come in. What is told piece by piece adds up to the whole: a piece never ends inside a character whose
/// other bytes are still to come, in white space that the end would trim, or in what may turn out to be a stop string.
/// </summary>
sealed class AnswerText(LlamaTokenizer tokenizer, IReadOnlyList<string> stopStrings)
{
    const char IncompleteCharacter = '\uFFFD';

    int _told;

    /// <summary>The text up to the first stop string, without white space around it.</summary>
    public string Whole(IReadOnlyList<int> ids)
    {
        var text = Decode(ids);
        var stop = StopIndex(text);
        return (stop < 0 ? text : text[..stop]).Trim();
    }

    public bool HasStop(IReadOnlyList<int> ids) => stopStrings.Count > 0 && StopIndex(Decode(ids)) >= 0;

    /// <summary>What is certain by now and was not told yet; "" for nothing.</summary>
    public string NextPiece(IReadOnlyList<int> ids, bool isFinished)
    {
        var text = isFinished ? Whole(ids) : Certain(Decode(ids));
        if (text.Length <= _told)
            return "";
        var piece = text[_told..];
        _told = text.Length;
        return piece;
    }

    string Decode(IReadOnlyList<int> ids) => tokenizer.Decode([.. ids]);

    string Certain(string text)
    {
        var length = text.Length - LongestStopStart(text);
        while (length > 0 && (text[length - 1] == IncompleteCharacter || char.IsWhiteSpace(text[length - 1])))
            length--;
        return text[..length].TrimStart();
    }

    int LongestStopStart(string text) => stopStrings
        .SelectMany(stop => Enumerable.Range(1, stop.Length).Where(length => text.EndsWith(stop[..length], StringComparison.Ordinal)))
        .DefaultIfEmpty(0)
        .Max();

    int StopIndex(string text) => stopStrings
        .Select(stop => text.IndexOf(stop, StringComparison.Ordinal))
        .Where(index => index >= 0)
        .DefaultIfEmpty(-1)
        .Min();
}
