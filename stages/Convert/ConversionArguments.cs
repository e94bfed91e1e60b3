using Llava.Contracts.Diagnostics;
using Llava.Conversion.Formats;
using Llava.Model.Checkpoints;

namespace Llava.Conversion;

/// <summary>Refuses what a command line asks for that does not exist, or that would have no effect.</summary>
static class ConversionArguments
{
    /// <exception cref="DiagnosticException">With every problem.</exception>
    public static void Check(ConvertOptions options)
    {
        var (from, to) = (ModelFormats.NameOf(options.SourceFormat), ModelFormats.NameOf(options.TargetFormat));
        if (from == to)
            throw new DiagnosticException(ErrorCatalog.UnsupportedConversion.Says(
                $"from {from} to {to} there is nothing to convert; {from} converts to {string.Join(", ", ModelFormats.TargetsOf(options.SourceFormat))}"));
        if (options.Container == CheckpointFormat.Mdl && options.TargetFormat != ModelFormat.ModelZoo)
            throw new DiagnosticException(ErrorCatalog.UnsupportedConversion.Says("--format mdl is ModelZoo's own; an export is written as safetensors or bin"));
        DiagnosticException.ThrowIfAny([.. Empty(options).Concat(WithoutEffect(options, from, to)).Select(ErrorCatalog.BadArguments.Says)]);
    }

    static IEnumerable<string> Empty(ConvertOptions options) =>
        from argument in new[] { ("the source", options.Source), ("--output", options.Output), ("--config", options.ConfigPath), ("--tokenizer", options.TokenizerFolder), ("--vision-tower", options.VisionTower) }
        where argument.Item2?.Length == 0
        select $"{argument.Item1} is empty";

    static IEnumerable<string> WithoutEffect(ConvertOptions options, string from, string to)
    {
        if (options.ConfigPath is not null && options.SourceFormat != ModelFormat.ModelZoo)
            yield return $"--config has no effect: an {from} source has its own configuration";
        if (options.TokenizerFolder is not null && options.TargetFormat == ModelFormat.ModelZoo)
            yield return $"--tokenizer has no effect: {to} carries the tokenizer beside the source, if there is one";
        if (options.VisionTower != ConvertOptions.TowerBeside && options.TargetFormat != ModelFormat.HuggingFace)
            yield return $"--vision-tower has no effect: {to} has no mm_vision_tower";
    }
}
