using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>
/// To one folder that transformers' <c>LlavaForConditionalGeneration</c> and <c>LlavaProcessor</c> load, by the rules of its own
/// conversion script (convert_llava_weights_to_hf.py); the certificate last.
/// </summary>
static class LlavaHfExport
{
    public static async Task RunAsync(ConvertOptions options, IStageLog log, CancellationToken cancellation)
    {
        ExportTokenizer.RefuseMdl(options);
        using var source = new ConversionSource(options);
        var (vision, text) = ConfigMapping.ToHuggingFace(source.Model.Config, source.Model.ConfigPath);
        if (ConfigMapping.ProjectorLayers(text) != 2)
            throw ErrorCatalog.BadModelConfig.Fails(source.Model.ConfigPath, $"model.projector has {ConfigMapping.ProjectorLayers(text)} layers; LlavaForConditionalGeneration has two");
        var (imageModel, textModel) = CheckpointMapping.ToHuggingFace(source.Model.Tensors, ModelDimensions.Of(source.Model.Config));
        var tokenizer = ExportTokenizer.FolderOf(options, source.Model);
        ExportTokenizer.WarnOfLength(tokenizer, text.VocabSize, log);

        ConversionCertificate.Remove(options.Output);
        using var pace = new ConversionPace();
        var hashes = source.StartHashing(pace, cancellation);
        var added = AddedTokenRows.Draw(textModel, LlavaHfConfig.PaddedVocabulary(text.VocabSize) - text.VocabSize, options.Seed, cancellation);
        var parts = new[] { imageModel, textModel };
        var tracked = new TrackedTensors("exporting", [.. parts.SelectMany(part => part.Tensors.Select(tensor => Renamed(part, tensor, added, cancellation)))], pace, log);
        new CheckpointWriter { MaximumShardBytes = options.MaximumShardBytes }.Write(options.Output, options.Container, tracked.Sources);
        pace.Finish();
        AtomicFile.WriteAllText(Path.Combine(options.Output, HuggingFaceConfigFile.FileName), LlavaHfConfig.Serialize(vision, text, TorchTypeOf(textModel)));
        LlavaHfProcessor.Write(options.Output, source.Model.PreprocessorPath, vision, text);
        TokenizerFiles.Replace(tokenizer, options.Output);
        AddedTokenFiles.Write(options.Output, text.VocabSize);
        var verification = options.Verify ? Verify(options, source, cancellation) : null;
        new ConversionCertificate(options, await hashes)
        {
            Config = ConfigDifferences.Of(source.Model),
            Verification = verification,
            Tensors = [.. parts.SelectMany(part => part.Tensors.Select(tensor => Certify(tracked, part.OriginOf(tensor), source, options.Seed)))],
            Dropped = [.. source.Dropped, .. imageModel.Dropped, .. textModel.Dropped],
        }.Write();
        tracked.ReportCounts(log);
    }

    static TensorSource Renamed(MappedCheckpoint part, TensorInfo tensor, AddedTokenRows added, CancellationToken cancellation)
    {
        var renamed = tensor with { Name = LlavaHfNames.Of(tensor.Name)! };
        if (!LlavaHfNames.HasRowPerToken(tensor.Name))
            return new TensorSource(renamed, destination => part.CopyTo(tensor, destination, cancellation));
        return new TensorSource(renamed with { Shape = [tensor.Rows + added.Count, .. tensor.Shape.Skip(1)] }, destination =>
        {
            part.CopyTo(tensor, destination, cancellation);
            destination.Write(added.RowsFor(tensor.Name, tensor.ElementType));
        });
    }

    static CertifiedTensor Certify(TrackedTensors tracked, MappedTensor tensor, ConversionSource source, long seed)
    {
        var rule = source.RuleOf(tensor);
        var appended = LlavaHfNames.HasRowPerToken(tensor.Target.Name) ? $"; rows for added tokens drawn from seed {seed}" : "";
        return tracked.Certify(LlavaHfNames.Of(tensor.Target.Name)!, rule + appended, source.Stored(tensor.Source).Name);
    }

    static string TorchTypeOf(MappedCheckpoint text) => text.Get("lm_head.weight").ElementType switch
    {
        ElementType.BFloat16 => "bfloat16",
        ElementType.Float16 => "float16",
        _ => "float32",
    };

    static LogitComparison Verify(ConvertOptions options, ConversionSource source, CancellationToken cancellation)
    {
        using var before = source.Probe(null);
        using var after = LogitProbe.LlavaHf(options.Output, source.Model.Config);
        return LogitVerification.Compare(before, after, source.Model.Config, options.Output, drawnProjector: false, cancellation);
    }
}
