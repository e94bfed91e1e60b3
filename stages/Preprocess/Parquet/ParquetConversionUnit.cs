using Llava.Contracts.Files;
using Llava.Preprocess.Conversion;
using Llava.Preprocess.Shards;

namespace Llava.Preprocess.Parquet;

/// <summary>One shard becomes one .jsonl and its pictures; <see cref="Convert"/> sees one row at a time, on any thread.</summary>
sealed class ParquetConversionUnit<TRow> : ConversionUnit
    where TRow : class, IParquetRow, new()
{
    public required Action<TRow, SampleSink> Convert { get; init; }

    protected override Task ConvertFileAsync(string path, ConversionRun run, Action<ConvertedBatch> write, CancellationToken cancellation) =>
        ConversionPipeline.RunAsync(ParquetRows.ReadBatchesAsync<TRow>(path, AtomicFile.TemporaryPathOf(Path.Combine(run.Options.Output, ShardStore.FolderName, "dictionary")), cancellation), batch => ConvertBatch(batch, run, run.NameOf(path)), write, run.Options.Workers, cancellation);

    ConvertedBatch ConvertBatch(ParquetBatch<TRow> batch, ConversionRun run, string fileName)
    {
        var sink = new SampleSink(fileName, run.Options.Mend);
        for (var index = 0; index < batch.Rows.Count; index++)
        {
            sink.Number = batch.FirstNumber + index;
            sink.Attempt(() => Convert(batch.Rows[index], sink));
        }
        return sink.ToBatch(batch.InputPosition);
    }
}
