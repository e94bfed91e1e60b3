using Llava.Data.Tokenization;

namespace Llava.Generate.Search;

/// <summary>
/// An answer by beam search, as transformers' <c>generate</c> does it (4.37; length penalty 1, no early stopping): of twice as many continuations
/// as beams the ended ones among the best are kept aside, the best open ones go on. A stop string ends a beam as eos does.
/// </summary>
sealed class BeamAnswer(int request, LlamaTokenizer tokenizer, GenerationOptions options) : IAnswerSearch
{
    readonly StopStrings _stops = new(options.StopStrings);
    readonly EndedBeams _ended = new(options.Beams);
    List<Beam> _open = [Beam.Empty(new StopTail(tokenizer, new StopStrings(options.StopStrings)))];
    bool _isTold;

    public int Request { get; } = request;

    public bool IsFinished { get; private set; }

    public IReadOnlyList<(int Parent, int Id)> Rows => [.. _open.Select(beam => (beam.Parent, beam.LastId))];

    public void Advance(ReadOnlySpan<float> logits_RV)
    {
        var candidates = BestContinuations(logits_RV);
        var next = new List<Beam>();
        for (var rank = 0; rank < candidates.Count && next.Count < options.Beams; rank++)
        {
            var candidate = candidates[rank];
            if (!Ends(candidate))
                next.Add(candidate);
            else if (rank < options.Beams)
                _ended.Add(candidate);
        }
        _open = next;
        Finish(candidates[0]);
    }

    // An unfinished search has nothing certain to tell: another beam may win.
    public string NextPiece()
    {
        if (!IsFinished || _isTold)
            return "";
        _isTold = true;
        return TextOf(_ended.Best.ToIds());
    }

    public GenerationResult ToResult()
    {
        var ids = _ended.Best.ToIds();
        return new GenerationResult(TextOf(ids), ids) { IsCutOff = !Ends(_ended.Best) };
    }

    string TextOf(int[] ids)
    {
        var text = new AnswerText(tokenizer, _stops);
        foreach (var id in ids)
            text.Add(id);
        return text.Whole();
    }

    void Finish(Beam best)
    {
        IsFinished = _open.Count == 0 || _ended.AreBetterThan(best);
        if (IsFinished || best.Length < options.MaximumNewTokens)
            return;
        foreach (var beam in _open)
            _ended.Add(beam);
        IsFinished = true;
    }

    bool Ends(Beam beam) => beam.LastId == tokenizer.EosId || beam.HasStop;

    // Best first; twice as many as there are beams, so that enough are left where as many of them end.
    List<Beam> BestContinuations(ReadOnlySpan<float> logits_RV)
    {
        var vocabulary = logits_RV.Length / _open.Count;
        var best = new PriorityQueue<(int Row, int Id), (double Score, int Later)>();
        for (var row = 0; row < _open.Count; row++)
        {
            var logits_V = logits_RV.Slice(row * vocabulary, vocabulary);
            var offset = _open[row].LogProbability - LogSumExp(logits_V);
            for (var id = 0; id < vocabulary; id++)
            {
                var rank = (offset + logits_V[id], -(row * vocabulary + id));
                if (best.Count < 2 * options.Beams)
                    best.Enqueue((row, id), rank);
                else if (offset + logits_V[id] > LowestOf(best))
                    best.EnqueueDequeue((row, id), rank);
            }
        }
        var continuations = new List<Beam>();
        while (best.TryDequeue(out var place, out var rank))
            continuations.Insert(0, _open[place.Row].Then(place.Id, place.Row, rank.Score));
        return continuations;
    }

    static double LowestOf(PriorityQueue<(int Row, int Id), (double Score, int Later)> queue) => queue.TryPeek(out _, out var lowest) ? lowest.Score : double.NegativeInfinity;

    static double LogSumExp(ReadOnlySpan<float> values)
    {
        double highest = values[TokenChoice.MostProbable(values)];
        var sum = 0.0;
        foreach (var value in values)
            sum += Math.Exp(value - highest);
        return highest + Math.Log(sum);
    }
}
