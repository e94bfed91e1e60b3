namespace Llava.Train.Metrics;

/// <summary>One optimizer step.</summary>
/// <param name="Step">Steps made, this one included.</param>
/// <param name="Loss">Mean of the micro-batches' losses, in nats a token.</param>
/// <param name="LearningRate">The rate this step was made with.</param>
/// <param name="GradientNorm">Global L2 norm over all trainable parameters, before clipping.</param>
/// <param name="SupervisedTokens">Tokens with a loss.</param>
/// <param name="Tokens">Positions that went through the language model.</param>
sealed record StepMetrics(long Step, double Loss, double LearningRate, double GradientNorm, long SupervisedTokens, long Tokens)
{
    /// <summary>Floating-point operations: <see cref="StepArithmetic"/>.</summary>
    public double Operations { get; init; }
}
