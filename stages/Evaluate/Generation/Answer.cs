using Llava.Data.Tokenization;

namespace Llava.Evaluate.Generation;

/// <summary>One answer while it grows.</summary>
sealed class Answer(int request, LlamaTokenizer tokenizer, GenerationOptions options)
{
    readonly List<int> _ids = [];

    /// <summary>Index of the request it answers.</summary>
    public int Request { get; } = request;

    public bool IsFinished { get; private set; }

    public int LastId => _ids[^1];

    public void Append(int id)
    {
        _ids.Add(id);
        IsFinished = id == tokenizer.EosId || _ids.Count >= options.MaximumNewTokens || StopIndex(Decoded()) >= 0;
    }

    public GenerationResult ToResult()
    {
        var text = Decoded();
        var stop = StopIndex(text);
        return new((stop < 0 ? text : text[..stop]).Trim(), _ids);
    }

    string Decoded() => options.StopStrings.Count == 0 && !IsFinished ? "" : tokenizer.Decode([.. _ids]);

    int StopIndex(string text) => options.StopStrings
        .Select(stop => text.IndexOf(stop, StringComparison.Ordinal))
        .Where(index => index >= 0)
        .DefaultIfEmpty(-1)
        .Min();
}
