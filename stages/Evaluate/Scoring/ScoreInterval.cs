namespace Llava.Evaluate.Scoring;

/// <summary>The middle 95 % of the score over resampled questions, in the score's own unit.</summary>
public sealed record ScoreInterval(double Low, double High);
