using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Preprocess.Shards;

namespace Llava.Preprocess.Conversion;

/// <summary>What the units of one run share, and what they add up to.</summary>
sealed class ConversionRun(PreprocessOptions options, IStageLog log, long totalBytes)
{
    static readonly Dictionary<string, ErrorCode> Codes = ErrorCatalog.All.ToDictionary(code => code.Id);

    long _bytesOfFinishedFiles;

    public PreprocessOptions Options { get; } = options;

    public QuarantineLedger Ledger { get; } = new();

    public long SamplesSeen => SamplesWritten + Ledger.Count;

    public long SamplesWritten { get; private set; }

    /// <summary>The name of an input in the ledger: relative to <c>--input</c>, which may be the file itself.</summary>
    public string NameOf(string inputPath) => inputPath == Options.Input ? Path.GetFileName(inputPath) : Path.GetRelativePath(Options.Input, inputPath);

    public void Report(ConvertedBatch batch) =>
        log.Progress(new StageProgress($"preprocessing {Options.Dataset}", _bytesOfFinishedFiles + batch.InputPosition, totalBytes, "bytes"));

    public void FinishFile(string inputPath) => _bytesOfFinishedFiles += new FileInfo(inputPath).Length;

    /// <summary>What the finished shards, made now or taken over, add up to.</summary>
    public void Add(IEnumerable<Shard> shards)
    {
        foreach (var (_, record, _) in shards)
        {
            SamplesWritten += record.SamplesWritten;
            foreach (var sample in record.Quarantined)
                Ledger.Add(new QuarantinedSample(sample.File, sample.Line, sample.Id, Codes[sample.Code], sample.Reason));
        }
    }

    /// <summary>Samples that were good until their pictures were looked at.</summary>
    public void Lose(IReadOnlyList<QuarantinedSample> samples)
    {
        SamplesWritten -= samples.Count;
        foreach (var sample in samples)
            Ledger.Add(sample);
    }
}
