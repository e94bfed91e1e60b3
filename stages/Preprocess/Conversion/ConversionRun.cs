using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Preprocess.Outputs;

namespace Llava.Preprocess.Conversion;

/// <summary>What the units of one run share. Its counters are touched by the writing end of the pipeline only.</summary>
sealed class ConversionRun(PreprocessOptions options, IStageLog log, long totalBytes) : IDisposable
{
    long _bytesOfFinishedFiles;

    public PreprocessOptions Options { get; } = options;

    public QuarantineLedger Ledger { get; } = new();

    public OutputSet Outputs { get; } = new(options.Output);

    public long SamplesSeen { get; private set; }

    public long SamplesWritten { get; private set; }

    /// <summary>The name of an input in the ledger: relative to <c>--input</c>, which may be the file itself.</summary>
    public string NameOf(string inputPath) => inputPath == Options.Input ? Path.GetFileName(inputPath) : Path.GetRelativePath(Options.Input, inputPath);

    public void Write(ConvertedBatch batch, Stream output)
    {
        output.Write(batch.Lines.Span);
        foreach (var sample in batch.Quarantined)
            Ledger.Add(sample);
        SamplesWritten += batch.Written;
        SamplesSeen += batch.Written + batch.Quarantined.Count;
        log.Progress(new StageProgress($"preprocessing {Options.Dataset}", _bytesOfFinishedFiles + batch.InputPosition, totalBytes, "bytes"));
    }

    public void FinishFile(string inputPath) => _bytesOfFinishedFiles += new FileInfo(inputPath).Length;

    public void Dispose() => Outputs.Dispose();
}
