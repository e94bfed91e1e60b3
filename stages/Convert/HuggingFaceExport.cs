using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>
/// ModelZoo to the two folders that the LLaVA source repository loads: <c>image_model/</c> and <c>text_model_llava/</c> (its
/// loader looks for "llava" in the name), and the certificate last.
/// </summary>
static class HuggingFaceExport
{
    const string ImageFolder = "image_model", TextFolder = "text_model_llava";

    public static async Task RunAsync(ConvertOptions options, IStageLog log, CancellationToken cancellation)
    {
        if (options.Container == CheckpointFormat.Mdl)
            throw new DiagnosticException(ErrorCatalog.UnsupportedConversion.Says("--format mdl is ModelZoo's own; an export is written as safetensors or bin"));
        using var source = LlavaCheckpoint.OpenModelZoo(options.Source, options.ConfigPath);
        var (vision, text) = ConfigMapping.ToHuggingFace(source.Config, source.ConfigPath);
        var (imageModel, textModel) = CheckpointMapping.ToHuggingFace(source.Tensors, ModelDimensions.Of(source.Config));
        var tokenizer = TokenizerOf(options, source);
        WarnOfLength(tokenizer, text.VocabSize, log);

        ConversionCertificate.Remove(options.Output);
        var hashes = SourceHashes.StartAsync(options.Source, source.Tensors.Tensors, [], cancellation);
        var tracked = new TrackedTensors("exporting", [.. imageModel.Tensors.Select(tensor => TensorSource.From(imageModel, tensor, cancellation)), .. textModel.Tensors.Select(tensor => TensorSource.From(textModel, tensor, cancellation))], log);
        var (imageFolder, textFolder) = (Path.Combine(options.Output, ImageFolder), Path.Combine(options.Output, TextFolder));
        new CheckpointWriter { MaximumShardBytes = options.MaximumShardBytes }.Write(imageFolder, options.Container, tracked.Sources.Take(imageModel.Tensors.Count));
        new CheckpointWriter { MaximumShardBytes = options.MaximumShardBytes, AlwaysSharded = true }.Write(textFolder, options.Container, tracked.Sources.Skip(imageModel.Tensors.Count));
        AtomicFile.WriteAllText(Path.Combine(imageFolder, HuggingFaceConfigFile.FileName), HuggingFaceConfigFile.Serialize(vision));
        AtomicFile.WriteAllText(Path.Combine(imageFolder, PreprocessorConfig.FileName), PreprocessorConfig.For(vision.ImageSize));
        AtomicFile.WriteAllText(Path.Combine(textFolder, HuggingFaceConfigFile.FileName), HuggingFaceConfigFile.Serialize(text with { MmVisionTower = options.VisionTower }));
        TokenizerFiles.Replace(tokenizer, textFolder);
        var verification = options.Verify ? Verify(options, source, cancellation) : null;
        new ConversionCertificate(options, await hashes)
        {
            Config = ConfigDifferences.Of(source),
            Verification = verification,
            Tensors = [.. imageModel.Tensors.Select(tensor => tracked.Certify(imageModel.OriginOf(tensor))), .. textModel.Tensors.Select(tensor => tracked.Certify(textModel.OriginOf(tensor)))],
            Dropped = [.. imageModel.Dropped, .. textModel.Dropped],
        }.Write();
        tracked.ReportCounts(log);
    }

    static LogitComparison Verify(ConvertOptions options, LlavaCheckpoint source, CancellationToken cancellation)
    {
        using var before = LogitProbe.ModelZoo(options.Source, source.ConfigPath);
        using var after = LogitProbe.HuggingFace(Path.Combine(options.Output, ImageFolder), Path.Combine(options.Output, TextFolder), source.Config, null);
        return LogitVerification.Compare(before, after, source.Config, options.Output, drawnProjector: false, cancellation);
    }

    static void WarnOfLength(string tokenizer, int vocabulary, IStageLog log)
    {
        var path = Path.Combine(tokenizer, "tokenizer.model");
        if (File.Exists(path) && SentencePieceLength.Of(path) is { } pieces && pieces != vocabulary)
            log.Warning(ErrorCatalog.TokenizerLengthDiffers.Warns(path, $"{pieces} pieces, but vocab_size is {vocabulary}; LLaVA's loader would resize the embeddings"));
    }

    static string TokenizerOf(ConvertOptions options, LlavaCheckpoint source)
    {
        if (options.TokenizerFolder is { } chosen && LlavaCheckpoint.FindTokenizer(chosen) is null)
            throw ErrorCatalog.FileNotFound.Fails(chosen, "no tokenizer.model or tokenizer.json in this folder");
        return options.TokenizerFolder ?? source.TokenizerFolder
            ?? throw ErrorCatalog.FileNotFound.Fails(options.Source, "no tokenizer beside the checkpoint; an exported model needs its files: give the folder with --tokenizer");
    }
}
