using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Model.Checkpoints;

namespace Llava.Conversion;

/// <summary>Steps 4 and 6: a LLaVA model between Hugging Face's layouts and ModelZoo's.</summary>
public static class ConvertStage
{
    /// <exception cref="DiagnosticException">With every problem of the source, before the first byte is written.</exception>
    public static async Task RunAsync(ConvertOptions options, IStageLog log, CancellationToken cancellation)
    {
        RefuseWhatThereIsNot(options);
        using var source = new ConversionSource(options);
        SourceProtection.Check(options, source);
        source.WarnOfLeftOutTower(log);
        var plan = options.TargetFormat switch
        {
            ModelFormat.ModelZoo => ModelZooImport.Plan(options, source, log, cancellation),
            ModelFormat.HuggingFace => HuggingFaceExport.Plan(options, source, log, cancellation),
            _ => LlavaHfExport.Plan(options, source, log, cancellation),
        };
        await CertifiedConversion.RunAsync(options, source, plan, log, cancellation);
    }

    static void RefuseWhatThereIsNot(ConvertOptions options)
    {
        var (from, to) = (ModelFormats.NameOf(options.SourceFormat), ModelFormats.NameOf(options.TargetFormat));
        if (from == to)
            throw new DiagnosticException(ErrorCatalog.UnsupportedConversion.Says(
                $"from {from} to {to} there is nothing to convert; {from} converts to {string.Join(", ", ModelFormats.TargetsOf(options.SourceFormat))}"));
        if (options.Container == CheckpointFormat.Mdl && options.TargetFormat != ModelFormat.ModelZoo)
            throw new DiagnosticException(ErrorCatalog.UnsupportedConversion.Says("--format mdl is ModelZoo's own; an export is written as safetensors or bin"));
    }
}
