using Llava.Contracts.Diagnostics;

namespace Llava.Generate;

/// <summary>How answers are made. Unless told otherwise greedy: the most probable token, the lowest id among equals.</summary>
public sealed record GenerationOptions
{
    public const int MaximumBatchSize = 64;
    public const int MaximumBeams = 64;

    public int MaximumNewTokens { get; init; } = 128;

    /// <summary>An answer ends before the first of these, besides at eos.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Null: nothing is drawn.</summary>
    public Sampling? Sampling { get; init; }

    /// <summary>Above 1: beam search with so many beams. Excludes <see cref="Sampling"/>.</summary>
    public int Beams { get; init; } = 1;

    /// <summary>Prompts continued together, at most <see cref="MaximumBatchSize"/>; changes speed and memory, not answers.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Every picture is replaced by one of the padding's colour: what the model answers without seeing.</summary>
    public bool BlankImages { get; init; }

    internal void Check()
    {
        if (Sampling is not null && Beams > 1)
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says("beam search draws nothing: leave out either the beams or the temperature"));
        if (StopStrings.Contains(""))
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says("an empty stop string would end every answer before it begins"));
        if (Sampling is { } sampling && (!(sampling.Temperature is > 0 and < double.PositiveInfinity) || !(sampling.TopProbability is > 0 and <= 1) || sampling.TopTokens < 1))
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says("a temperature is above 0, a top-p above 0 and at most 1, a top-k at least 1"));
        if (BatchSize is < 1 or > MaximumBatchSize)
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"a batch has from 1 to {MaximumBatchSize} prompts, not {BatchSize}"));
        if (Beams is < 1 or > MaximumBeams || MaximumNewTokens < 1)
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"there are from 1 to {MaximumBeams} beams, and at least 1 new token"));
    }
}
