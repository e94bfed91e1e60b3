using Llava.Contracts.Diagnostics;
using Llava.Data.Json;

namespace Llava.Preprocess.Conversion;

/// <summary>Samples come from .json arrays or .jsonl lines; <see cref="Convert"/> sees one parsed value at a time, on any thread.</summary>
sealed class JsonConversionUnit : ConversionUnit
{
    /// <summary>Cuts an opened input file into values.</summary>
    public Func<Stream, string, IEnumerable<RawJsonBatch>> Read { get; init; } = static (stream, path) => JsonArrayReader.ReadBatches(stream, path);

    /// <exception cref="UnusableSampleException">Thrown by it for a sample that belongs into the ledger.</exception>
    public required Action<PythonValue, SampleSink> Convert { get; init; }

    /// <summary>Samples are in their final form, and need not be parsed where their bytes can be copied.</summary>
    public bool IsFinal { get; init; }

    protected override async Task ConvertFileAsync(string path, ConversionRun run, Action<ConvertedBatch> write, CancellationToken cancellation)
    {
        await using var input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        await ConversionPipeline.RunAsync(Read(input, path).ToAsyncEnumerable(), batch => ConvertBatch(batch, run, run.NameOf(path)), write, run.Options.Workers, cancellation);
    }

    ConvertedBatch ConvertBatch(RawJsonBatch batch, ConversionRun run, string fileName)
    {
        var sink = new SampleSink(fileName, run.Options.Mend);
        for (var index = 0; index < batch.Count; index++)
        {
            sink.Number = batch.FirstNumber + index;
            ConvertValue(batch[index], sink);
        }
        return sink.ToBatch(batch.InputPosition);
    }

    void ConvertValue(ReadOnlySpan<byte> json, SampleSink sink)
    {
        try
        {
            if (IsFinal && sink.TryCopy(json))
                return;
            var value = PythonJsonParser.Parse(json);
            sink.Attempt(() => Convert(value, sink));
        }
        catch (JsonSyntaxException error)
        {
            sink.Refuse(ErrorCatalog.MalformedSample, null, json.Trim(" \r\n\t"u8).IsEmpty ? "the line is blank" : error.Message);
        }
    }
}
