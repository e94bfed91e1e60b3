namespace Llava.Evaluate.Scoring;

/// <summary>Two sets of answers to the same questions.</summary>
/// <param name="Metric">What is compared: the headline, or accuracy where the headline is no mean over questions.</param>
/// <param name="Difference">Mean over the questions, in per cent: positive where the first is better.</param>
/// <param name="Interval">Its 95 % bootstrap interval.</param>
/// <param name="PValue">Two-sided: how often chance alone makes a difference as large.</param>
/// <param name="DifferingQuestions">Questions on which the two do not score the same.</param>
public sealed record PairedComparison(string Metric, double Difference, ScoreInterval Interval, double PValue, int DifferingQuestions);
