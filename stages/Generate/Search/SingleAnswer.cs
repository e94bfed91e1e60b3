using Llava.Data.Tokenization;

namespace Llava.Generate.Search;

/// <summary>An answer token by token: the most probable one, or a drawn one.</summary>
sealed class SingleAnswer(int request, string key, LlamaTokenizer tokenizer, GenerationOptions options) : IAnswerSearch
{
    readonly List<int> _ids = [];
    readonly AnswerText _text = new(tokenizer, new StopStrings(options.StopStrings));
    bool _isComplete;

    public int Request { get; } = request;

    public bool IsFinished => _isComplete || _ids.Count >= options.MaximumNewTokens;

    public IReadOnlyList<(int Parent, int Id)> Rows => [(0, _ids[^1])];

    public void Advance(ReadOnlySpan<float> logits_RV)
    {
        var id = options.Sampling is { } sampling
            ? TokenChoice.Drawn(logits_RV, sampling, CounterDraw.Uniform(sampling.Seed, key, _ids.Count))
            : TokenChoice.MostProbable(logits_RV);
        _ids.Add(id);
        _text.Add(id);
        _isComplete = id == tokenizer.EosId || _text.HasStop;
    }

    public string NextPiece() => _text.NextPiece(IsFinished);

    public GenerationResult ToResult() => new(_text.Whole(), _ids) { IsCutOff = !_isComplete };
}
