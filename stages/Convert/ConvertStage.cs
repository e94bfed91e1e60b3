using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;

namespace Llava.Conversion;

/// <summary>Steps 4 and 6: a LLaVA model between Hugging Face's layouts and ModelZoo's.</summary>
public static class ConvertStage
{
    /// <exception cref="DiagnosticException">With every problem of the source, before the first byte is written.</exception>
    public static async Task RunAsync(ConvertOptions options, IStageLog log, CancellationToken cancellation)
    {
        ConversionArguments.Check(options);
        using var source = new ConversionSource(options);
        SourceProtection.Check(options, source);
        if (source.LacksProjector && options.TargetFormat != ModelFormat.ModelZoo)
            throw ErrorCatalog.MissingTensor.Fails(options.Source, "the source has no projector; convert it to cs-2.3 first, which draws one");
        source.WarnOfLeftOutTower(log);
        var plan = options.TargetFormat switch
        {
            ModelFormat.ModelZoo => ModelZooImport.Plan(options, source, log, cancellation),
            ModelFormat.HuggingFace => HuggingFaceExport.Plan(options, source, log, cancellation),
            _ => LlavaHfExport.Plan(options, source, log, cancellation),
        };
        plan.CheckFits(options.Container);
        await CertifiedConversion.RunAsync(options, source, plan, log, cancellation);
    }
}
