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
        ExportTokenizer.RefuseMdl(options);
        using var source = new ConversionSource(options);
        var (vision, text) = ConfigMapping.ToHuggingFace(source.Model.Config, source.Model.ConfigPath);
        var (imageModel, textModel) = CheckpointMapping.ToHuggingFace(source.Model.Tensors, ModelDimensions.Of(source.Model.Config));
        var tokenizer = ExportTokenizer.FolderOf(options, source.Model);
        ExportTokenizer.WarnOfLength(tokenizer, text.VocabSize, log);

        ConversionCertificate.Remove(options.Output);
        using var pace = new ConversionPace();
        var hashes = source.StartHashing(pace, cancellation);
        var tracked = new TrackedTensors("exporting", [.. imageModel.Tensors.Select(tensor => TensorSource.From(imageModel, tensor, cancellation)), .. textModel.Tensors.Select(tensor => TensorSource.From(textModel, tensor, cancellation))], pace, log);
        var (imageFolder, textFolder) = (Path.Combine(options.Output, ImageFolder), Path.Combine(options.Output, TextFolder));
        new CheckpointWriter { MaximumShardBytes = options.MaximumShardBytes }.Write(imageFolder, options.Container, tracked.Sources.Take(imageModel.Tensors.Count));
        new CheckpointWriter { MaximumShardBytes = options.MaximumShardBytes, AlwaysSharded = true }.Write(textFolder, options.Container, tracked.Sources.Skip(imageModel.Tensors.Count));
        pace.Finish();
        AtomicFile.WriteAllText(Path.Combine(imageFolder, HuggingFaceConfigFile.FileName), HuggingFaceConfigFile.Serialize(vision));
        AtomicFile.WriteAllText(Path.Combine(imageFolder, PreprocessorConfig.FileName), PreprocessorConfig.From(source.Model.PreprocessorPath, vision.ImageSize));
        AtomicFile.WriteAllText(Path.Combine(textFolder, HuggingFaceConfigFile.FileName), HuggingFaceConfigFile.Serialize(text with { MmVisionTower = options.VisionTower }));
        TokenizerFiles.Replace(tokenizer, textFolder);
        if (options.SourceFormat == ModelFormat.LlavaHf)
            AddedTokenFiles.Remove(textFolder, text.VocabSize);
        var verification = options.Verify ? Verify(options, source, cancellation) : null;
        new ConversionCertificate(options, await hashes)
        {
            Config = ConfigDifferences.Of(source.Model),
            Verification = verification,
            Tensors = [.. new[] { imageModel, textModel }.SelectMany(part => part.Tensors.Select(tensor => tracked.Certify(part.OriginOf(tensor), source)))],
            Dropped = [.. source.Dropped, .. imageModel.Dropped, .. textModel.Dropped],
        }.Write();
        tracked.ReportCounts(log);
    }

    static LogitComparison Verify(ConvertOptions options, ConversionSource source, CancellationToken cancellation)
    {
        using var before = source.Probe(null);
        using var after = LogitProbe.HuggingFace(Path.Combine(options.Output, ImageFolder), Path.Combine(options.Output, TextFolder), source.Model.Config, null);
        return LogitVerification.Compare(before, after, source.Model.Config, options.Output, drawnProjector: false, cancellation);
    }
}
