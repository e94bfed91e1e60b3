using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Conversion.Certificates;
using Llava.Conversion.Tokenizers;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion.Formats;

/// <summary>
/// To one folder that transformers' <c>LlavaForConditionalGeneration</c> and <c>LlavaProcessor</c> load, by the rules of its own
/// conversion script (convert_llava_weights_to_hf.py).
/// </summary>
static class LlavaHfExport
{
    public static ConversionPlan Plan(ConvertOptions options, ConversionSource source, IStageLog log, CancellationToken cancellation)
    {
        var (vision, text) = ConfigMapping.ToHuggingFace(source.Model.Config, source.Model.ConfigPath);
        if (ConfigMapping.ProjectorLayers(text) != 2)
            throw ErrorCatalog.BadModelConfig.Fails(source.Model.ConfigPath, $"model.projector has {ConfigMapping.ProjectorLayers(text)} layers; LlavaForConditionalGeneration has two");
        var (imageModel, textModel) = CheckpointMapping.ToHuggingFace(source.Model.Tensors, ModelDimensions.Of(source.Model.Config));
        var tokenizer = ExportTokenizer.FolderOf(options, source.Model);
        ExportTokenizer.CheckRoomForAdded(tokenizer, text.VocabSize);
        ExportTokenizer.WarnOfLength(tokenizer, text.VocabSize, options.SourceFormat, log);
        AddedTokenFiles.CheckReadable(tokenizer);
        var processor = LlavaHfProcessor.Files(source.Model.PreprocessorPath, vision, text);
        var added = AddedTokenRows.Draw(textModel, LlavaHfConfig.PaddedVocabulary(text.VocabSize) - text.VocabSize, options.Seed, cancellation);
        MappedCheckpoint[] parts = [imageModel, textModel];
        return new ConversionPlan
        {
            Activity = "exporting",
            Tensors = [.. parts.SelectMany(part => part.Tensors.Select(tensor => Renamed(part, tensor, added, cancellation)))],
            PrepareWeights = tensors =>
                [new CheckpointWriter { MaximumShardBytes = options.MaximumShardBytes, Metadata = source.Model.Tensors.Metadata }.Prepare(options.Output, options.Container, tensors)],
            WriteCompanions = () =>
            {
                AtomicFile.WriteAllText(Path.Combine(options.Output, HuggingFaceConfigFile.FileName), LlavaHfConfig.Serialize(vision, text, TorchTypeOf(textModel)));
                foreach (var (name, content) in processor)
                    AtomicFile.WriteAllText(Path.Combine(options.Output, name), HuggingFaceConfigFile.Serialize(content));
                TokenizerFiles.Replace(tokenizer, options.Output);
                AddedTokenFiles.Write(options.Output, text.VocabSize);
            },
            Verify = () => Verify(options, source, cancellation),
            Certify = tracked => parts.SelectMany(part => part.Tensors.Select(tensor => Certify(tracked, part.OriginOf(tensor), source, options.Seed))),
            Dropped = source.DroppedWith(imageModel, textModel),
        };
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
        var certified = source.Trace(tracked.Certify(LlavaHfNames.Of(tensor.Target.Name)!, source.RuleOf(tensor)), tensor.Source);
        return LlavaHfNames.HasRowPerToken(tensor.Target.Name) ? certified with { Rule = $"{certified.Rule}; rows for added tokens drawn from seed {seed}" } : certified;
    }

    // transformers rounds all weights to the type that is named: merged low-rank corrections are float32, and mean it.
    static string TorchTypeOf(MappedCheckpoint text)
    {
        var types = text.Tensors.Where(tensor => tensor.Name.StartsWith("model.layers.", StringComparison.Ordinal)).Select(tensor => tensor.ElementType).Append(text.Get("lm_head.weight").ElementType).ToHashSet();
        return types.SetEquals([ElementType.BFloat16]) ? "bfloat16" : types.SetEquals([ElementType.Float16]) ? "float16" : "float32";
    }

    static LogitComparison Verify(ConvertOptions options, ConversionSource source, CancellationToken cancellation)
    {
        using var before = source.Probe(null);
        using var after = LogitProbe.LlavaHf(options.Output, source.Model.Config);
        return LogitVerification.Compare(before, after, source.Model.Config, options.Output, drawnProjector: false, cancellation);
    }
}
