namespace Llava.Evaluate.Generation;

/// <summary>How answers are made. Always greedy: the most probable token, the lowest id among equals.</summary>
public sealed record GenerationOptions
{
    public int MaximumNewTokens { get; init; } = 128;

    /// <summary>An answer ends before the first of these, besides at eos.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Prompts continued together; changes speed and memory, not answers.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Every picture is replaced by one of the padding's colour: what the model answers without seeing.</summary>
    public bool BlankImages { get; init; }
}
