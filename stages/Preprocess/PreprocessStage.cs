using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Preprocess.Conversion;
using Llava.Preprocess.Outputs;

namespace Llava.Preprocess;

/// <summary>Step 1: a raw dataset becomes LLaVA's jsonl, sample by sample in the order of its files.</summary>
public static class PreprocessStage
{
    /// <exception cref="DiagnosticException">An input is missing or damaged, or too many samples cannot be used; earlier outputs are still there.</exception>
    public static async Task RunAsync(PreprocessOptions options, IStageLog log, CancellationToken cancellation)
    {
        var units = DatasetTable.Find(options.Dataset).Plan(options);
        ThrowIfInputsAreMissing(units);
        using var run = new ConversionRun(options, log, TotalBytes(units));
        foreach (var unit in units)
            await unit.RunAsync(run, cancellation);
        run.Ledger.Write(options.Output, log);
        run.Ledger.ThrowIfAbove(options.MaximumQuarantineShare, run.SamplesSeen, options.Output);
        run.Outputs.Commit();
        log.Count("samples_read", run.SamplesSeen);
        log.Count("samples_written", run.SamplesWritten);
        log.Information($"{options.Dataset}: {run.SamplesWritten} samples in {units.Count} files, {run.Ledger.Count} in {QuarantineLedger.FileName}");
    }

    static void ThrowIfInputsAreMissing(IReadOnlyList<ConversionUnit> units) => DiagnosticException.ThrowIfAny(
        [.. units.SelectMany(unit => unit.InputPaths).Distinct().Where(path => !File.Exists(path)).Select(path => ErrorCatalog.FileNotFound.At(path, "this file of the dataset is missing"))]);

    static long TotalBytes(IReadOnlyList<ConversionUnit> units) => units.SelectMany(unit => unit.InputPaths).Sum(path => new FileInfo(path).Length);
}
