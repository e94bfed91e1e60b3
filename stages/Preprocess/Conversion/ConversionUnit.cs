using Llava.Preprocess.Shards;

namespace Llava.Preprocess.Conversion;

/// <summary>One .jsonl file to be written and what it is made from: what is converted, kept and removed as a whole.</summary>
abstract class ConversionUnit
{
    public required string OutputName { get; init; }

    public required IReadOnlyList<string> InputPaths { get; init; }

    public async Task ConvertAsync(ConversionRun run, ShardWriter output, CancellationToken cancellation)
    {
        foreach (var path in InputPaths)
        {
            await ConvertFileAsync(path, run, batch => Write(batch, run, output), cancellation);
            run.FinishFile(path);
        }
    }

    protected abstract Task ConvertFileAsync(string path, ConversionRun run, Action<ConvertedBatch> write, CancellationToken cancellation);

    static void Write(ConvertedBatch batch, ConversionRun run, ShardWriter output)
    {
        output.Write(batch);
        run.Report(batch);
    }
}
