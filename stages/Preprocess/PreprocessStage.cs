using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Preprocess.Conversion;
using Llava.Preprocess.Shards;
using Llava.Preprocess.Verification;

namespace Llava.Preprocess;

/// <summary>Step 1: a raw dataset becomes LLaVA's jsonl, file by file; what has not changed since the last run is taken over.</summary>
public static class PreprocessStage
{
    /// <exception cref="DiagnosticException">An input is missing or damaged, or too many samples cannot be used; earlier outputs are still there.</exception>
    public static async Task RunAsync(PreprocessOptions options, IStageLog log, CancellationToken cancellation)
    {
        var units = DatasetTable.Find(options.Dataset).Plan(options);
        ThrowIfInputsAreMissing(units);
        var run = new ConversionRun(options, log, TotalBytes(units));
        var store = new ShardStore(options);
        var shards = new List<Shard>();
        foreach (var unit in units)
            shards.Add(store.Find(unit, run) ?? await store.MakeAsync(unit, run, cancellation));
        run.Add(shards);
        var lost = await LostSamplesAsync(shards, store, run, log, cancellation);
        run.Ledger.Write(options.Output, log);
        run.Ledger.ThrowIfAbove(options.MaximumQuarantineShare, run.SamplesSeen, options.Output);
        store.Place(shards, lost);
        log.Count("samples_read", run.SamplesSeen);
        log.Count("samples_written", run.SamplesWritten);
        log.Count("files", shards.Count);
        log.Count("files_converted", shards.Count(shard => shard.IsNew));
        log.Information($"{options.Dataset}: {run.SamplesWritten} samples in {shards.Count} files ({shards.Count(shard => shard.IsNew)} converted, the others as before), {run.Ledger.Count} in {QuarantineLedger.FileName}");
    }

    /// <summary>The samples of each output that their pictures cost.</summary>
    static async Task<IReadOnlyDictionary<string, IReadOnlyList<QuarantinedSample>>> LostSamplesAsync(IReadOnlyList<Shard> shards, ShardStore store, ConversionRun run, IStageLog log, CancellationToken cancellation)
    {
        var lost = new Dictionary<string, IReadOnlyList<QuarantinedSample>>(StringComparer.Ordinal);
        if (run.Options.ImageRoot is null || run.Options.VerifyImages == PictureVerification.None)
            return lost;
        var verifier = new PictureVerifier(run.Options);
        foreach (var shard in shards)
        {
            var samples = await verifier.VerifyAsync(store.PathOf(shard.OutputName), shard.OutputName, log, cancellation);
            run.Lose(samples);
            if (samples.Count > 0)
                lost[shard.OutputName] = samples;
        }
        verifier.Finish(log);
        return lost;
    }

    static void ThrowIfInputsAreMissing(IReadOnlyList<ConversionUnit> units) => DiagnosticException.ThrowIfAny(
        [.. units.SelectMany(unit => unit.InputPaths).Distinct().Where(path => !File.Exists(path)).Select(path => ErrorCatalog.FileNotFound.At(path, "this file of the dataset is missing"))]);

    static long TotalBytes(IReadOnlyList<ConversionUnit> units) => units.SelectMany(unit => unit.InputPaths).Sum(path => new FileInfo(path).Length);
}
