namespace Llava.Benchmarks;

/// <summary>One line of a result: our figure beside another's, both medians of one alternating run.</summary>
/// <param name="Case">what was run</param>
/// <param name="Unit">of both figures, such as "s" or "samples/s"</param>
/// <param name="Ours">the median of our side</param>
/// <param name="Theirs">the median of the other side; null where nothing comparable runs here</param>
/// <param name="Peer">who the other side is</param>
/// <param name="Target">what the project asks of the figure, in words</param>
public sealed record Comparison(string Case, string Unit, double Ours, double? Theirs, string Peer, string Target)
{
    /// <summary>Ours divided by theirs.</summary>
    public double? Ratio => Ours / Theirs;
}
