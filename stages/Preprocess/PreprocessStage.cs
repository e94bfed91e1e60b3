using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Preprocess.Conversion;
using Llava.Preprocess.Shards;

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
        run.Ledger.Write(options.Output, log);
        run.Ledger.ThrowIfAbove(options.MaximumQuarantineShare, run.SamplesSeen, options.Output);
        store.Place(shards);
        log.Count("samples_read", run.SamplesSeen);
        log.Count("samples_written", run.SamplesWritten);
        log.Count("files", shards.Count);
        log.Count("files_converted", shards.Count(shard => shard.IsNew));
        log.Information($"{options.Dataset}: {run.SamplesWritten} samples in {shards.Count} files ({shards.Count(shard => shard.IsNew)} converted, the others as before), {run.Ledger.Count} in {QuarantineLedger.FileName}");
    }

    static void ThrowIfInputsAreMissing(IReadOnlyList<ConversionUnit> units) => DiagnosticException.ThrowIfAny(
        [.. units.SelectMany(unit => unit.InputPaths).Distinct().Where(path => !File.Exists(path)).Select(path => ErrorCatalog.FileNotFound.At(path, "this file of the dataset is missing"))]);

    static long TotalBytes(IReadOnlyList<ConversionUnit> units) => units.SelectMany(unit => unit.InputPaths).Sum(path => new FileInfo(path).Length);
}
