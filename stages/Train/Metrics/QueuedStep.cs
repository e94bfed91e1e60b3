namespace Llava.Train.Metrics;

/// <summary>An optimizer step as far as the host knows it: a GPU may still be computing.</summary>
/// <param name="Step">Steps made, this one included.</param>
/// <param name="LearningRate">The rate this step is made with.</param>
/// <param name="SampleIndices">Rows of the data set.</param>
/// <param name="SupervisedTokens">Tokens with a loss.</param>
/// <param name="Tokens">Positions that go through the language model.</param>
/// <param name="Operations">Floating-point operations: <see cref="StepArithmetic"/>.</param>
sealed record QueuedStep(long Step, double LearningRate, IReadOnlyList<long> SampleIndices, long SupervisedTokens, long Tokens, double Operations);
