namespace Llava.Generate;

/// <summary>
/// Draws each token instead of taking the most probable one. The filters and their order are those of transformers' <c>generate</c>
/// (4.37): temperature, then the most probable tokens, then the nucleus (Holtzman et al. 2019).
/// </summary>
/// <param name="Temperature">Above 0. Scores are divided by it: below 1 the probable gets more probable.</param>
public sealed record Sampling(double Temperature)
{
    /// <summary>Only the most probable tokens that together just reach this probability are drawn from; 1 leaves all.</summary>
    public double TopProbability { get; init; } = 1;

    /// <summary>Only that many of the most probable tokens are drawn from; null leaves all. (transformers leaves 50 unless told otherwise.)</summary>
    public int? TopTokens { get; init; }

    /// <summary>With <see cref="GenerationRequest.Key"/> and the step it determines every draw.</summary>
    public long Seed { get; init; }
}
