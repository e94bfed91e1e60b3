namespace Llava.Generate;

/// <param name="Text">Without special tokens and white space around it.</param>
/// <param name="TokenIds">The new tokens, eos included where the model said it.</param>
public sealed record GenerationResult(string Text, IReadOnlyList<int> TokenIds)
{
    /// <summary>It came to <see cref="GenerationOptions.MaximumNewTokens"/> before eos or a stop string.</summary>
    public bool IsCutOff { get; init; }
}
