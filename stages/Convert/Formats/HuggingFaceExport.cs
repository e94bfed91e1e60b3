using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Conversion.Tokenizers;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion.Formats;

/// <summary>
/// ModelZoo to the two folders that the LLaVA source repository loads: <c>image_model/</c> and <c>text_model_llava/</c> (its
/// loader looks for "llava" in the name).
/// </summary>
static class HuggingFaceExport
{
    public const string TextFolder = "text_model_llava";

    const string ImageFolder = "image_model";

    /// <summary>What is filled below the output.</summary>
    public static IReadOnlyList<string> Folders { get; } = [ImageFolder, TextFolder];

    public static ConversionPlan Plan(ConvertOptions options, ConversionSource source, IStageLog log, CancellationToken cancellation)
    {
        var (vision, text) = ConfigMapping.ToHuggingFace(source.Model.Config, source.Model.ConfigPath);
        var (imageModel, textModel) = CheckpointMapping.ToHuggingFace(source.Model.Tensors, ModelDimensions.Of(source.Model.Config));
        var tokenizer = ExportTokenizer.FolderOf(options, source.Model);
        ExportTokenizer.WarnOfLength(tokenizer, text.VocabSize, options.SourceFormat, log);
        if (options.SourceFormat == ModelFormat.LlavaHf)
            AddedTokenFiles.CheckReadable(tokenizer);
        MappedCheckpoint[] parts = [imageModel, textModel];
        return new ConversionPlan
        {
            Activity = "exporting",
            Tensors = [.. parts.SelectMany(part => part.Tensors.Select(tensor => TensorSource.From(part, tensor, cancellation)))],
            PrepareWeights = tensors => PrepareWeights(options, source, tensors, imageModel.Tensors.Count),
            WriteCompanions = () => WriteCompanions(options, source, vision, text with { MmVisionTower = options.VisionTower }, tokenizer),
            Verify = () => Verify(options, source, cancellation),
            Certify = tracked => parts.SelectMany(part => part.Tensors.Select(tensor =>
                source.Trace(tracked.Certify(tensor.Name, source.RuleOf(part.OriginOf(tensor))), part.OriginOf(tensor).Source))),
            Dropped = source.DroppedWith(imageModel, textModel),
        };
    }

    static IEnumerable<PendingCheckpoint> PrepareWeights(ConvertOptions options, ConversionSource source, IReadOnlyList<TensorSource> tensors, int imageTensors)
    {
        CheckpointWriter Writer(bool alwaysSharded) => new() { MaximumShardBytes = options.MaximumShardBytes, Metadata = source.Model.Tensors.Metadata, AlwaysSharded = alwaysSharded };
        yield return Writer(false).Prepare(Path.Combine(options.Output, ImageFolder), options.Container, tensors.Take(imageTensors));
        yield return Writer(true).Prepare(Path.Combine(options.Output, TextFolder), options.Container, tensors.Skip(imageTensors));
    }

    static void WriteCompanions(ConvertOptions options, ConversionSource source, ClipVisionConfig vision, LlavaTextConfig text, string tokenizer)
    {
        var (imageFolder, textFolder) = (Path.Combine(options.Output, ImageFolder), Path.Combine(options.Output, TextFolder));
        AtomicFile.WriteAllText(Path.Combine(imageFolder, HuggingFaceConfigFile.FileName), HuggingFaceConfigFile.Serialize(vision));
        AtomicFile.WriteAllText(Path.Combine(imageFolder, PreprocessorConfig.FileName), PreprocessorConfig.From(source.Model.PreprocessorPath, vision.ImageSize));
        AtomicFile.WriteAllText(Path.Combine(textFolder, HuggingFaceConfigFile.FileName), HuggingFaceConfigFile.Serialize(text));
        TokenizerFiles.Replace(tokenizer, textFolder);
        if (options.SourceFormat == ModelFormat.LlavaHf)
            AddedTokenFiles.Remove(textFolder, text.VocabSize);
    }

    static LogitComparison Verify(ConvertOptions options, ConversionSource source, CancellationToken cancellation)
    {
        using var before = source.Probe(null);
        using var after = LogitProbe.HuggingFace(Path.Combine(options.Output, ImageFolder), Path.Combine(options.Output, TextFolder), source.Model.Config, null);
        return LogitVerification.Compare(before, after, source.Model.Config, options.Output, drawnProjector: false, cancellation);
    }
}
