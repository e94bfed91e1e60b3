namespace Llava.Preprocess.Conversion;

/// <summary>One .jsonl file to be written and what it is made from.</summary>
abstract class ConversionUnit
{
    public required string OutputName { get; init; }

    public required IReadOnlyList<string> InputPaths { get; init; }

    public abstract Task RunAsync(ConversionRun run, CancellationToken cancellation);
}
