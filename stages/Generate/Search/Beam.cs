namespace Llava.Generate.Search;

/// <summary>A beginning of an answer, or a whole one; shares what came before with its siblings.</summary>
/// <param name="before">Null where this is the empty beginning.</param>
/// <param name="id">Its last token.</param>
/// <param name="logProbability">Of all its tokens together.</param>
/// <param name="parent">The row that it continues, by its place among the rows of its answer.</param>
/// <param name="tail">The end of its text.</param>
sealed class Beam(Beam? before, int id, double logProbability, int parent, StopTail tail)
{
    /// <summary>Tokens, eos included.</summary>
    public int Length { get; } = before is null ? 0 : before.Length + 1;

    public int LastId => id;

    public double LogProbability => logProbability;

    public int Parent => parent;

    public bool HasStop => tail.HasStop;

    /// <summary>Beams of different lengths are compared by this: the mean over the tokens.</summary>
    public double Score => logProbability / Length;

    public static Beam Empty(StopTail tail) => new(null, 0, 0, 0, tail);

    /// <param name="row">This beam's place among the rows.</param>
    public Beam Then(int next, int row, double logProbabilityOfAll) => new(this, next, logProbabilityOfAll, row, tail.Then(next));

    public int[] ToIds()
    {
        var ids = new int[Length];
        for (var beam = this; beam.Length > 0; beam = beam.Before!)
            ids[beam.Length - 1] = beam.LastId;
        return ids;
    }

    Beam? Before => before;
}
