namespace Llava.Generate.Search;

/// <summary>A beginning of an answer, or a whole one.</summary>
/// <param name="LogProbability">Of all its tokens together.</param>
/// <param name="Parent">The row that it continues, by its place among the rows of its answer.</param>
sealed record Beam(IReadOnlyList<int> Ids, double LogProbability, int Parent)
{
    /// <summary>Beams of different lengths are compared by this: the mean over the tokens, eos included.</summary>
    public double Score => LogProbability / Ids.Count;
}
