using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Conversion;

/// <summary>Steps 4 and 6: a LLaVA model from Hugging Face's layout to ModelZoo's, and back.</summary>
public static class ConvertStage
{
    /// <exception cref="DiagnosticException">With every problem of the source, before the first byte is written.</exception>
    public static Task RunAsync(ConvertOptions options, IStageLog log, CancellationToken cancellation)
    {
        if (options.SourceFormat == options.TargetFormat)
            throw new DiagnosticException(ErrorCatalog.UnsupportedConversion.Says(
                $"from {ModelFormats.NameOf(options.SourceFormat)} to {ModelFormats.NameOf(options.TargetFormat)} there is nothing to convert; hf converts to cs-2.3, and cs-2.3 to hf"));
        return options.SourceFormat == ModelFormat.HuggingFace
            ? ModelZooImport.RunAsync(options, log, cancellation)
            : HuggingFaceExport.RunAsync(options, log, cancellation);
    }
}
