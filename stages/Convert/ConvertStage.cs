using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Conversion;

/// <summary>Steps 4 and 6: a LLaVA model between Hugging Face's layouts and ModelZoo's.</summary>
public static class ConvertStage
{
    /// <exception cref="DiagnosticException">With every problem of the source, before the first byte is written.</exception>
    public static Task RunAsync(ConvertOptions options, IStageLog log, CancellationToken cancellation)
    {
        if (options.SourceFormat == options.TargetFormat)
            throw new DiagnosticException(ErrorCatalog.UnsupportedConversion.Says(
                $"from {ModelFormats.NameOf(options.SourceFormat)} to {ModelFormats.NameOf(options.TargetFormat)} there is nothing to convert; {ModelFormats.NameOf(options.SourceFormat)} converts to {string.Join(", ", ModelFormats.TargetsOf(options.SourceFormat))}"));
        return options.TargetFormat switch
        {
            ModelFormat.ModelZoo => ModelZooImport.RunAsync(options, log, cancellation),
            ModelFormat.HuggingFace => HuggingFaceExport.RunAsync(options, log, cancellation),
            _ => LlavaHfExport.RunAsync(options, log, cancellation),
        };
    }
}
