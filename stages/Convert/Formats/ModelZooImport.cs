using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Conversion.Tokenizers;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion.Formats;

/// <summary>Hugging Face's layouts to ModelZoo: weights, <c>config.yaml</c> and the tokenizer's files.</summary>
static class ModelZooImport
{
    public static ConversionPlan Plan(ConvertOptions options, ConversionSource source, IStageLog log, CancellationToken cancellation)
    {
        var mapped = (MappedCheckpoint)source.Model.Tensors;
        TensorSource[] drawn = source.LacksProjector ? [.. ProjectorDraw.Draw(ModelDimensions.Of(source.Model.Config), options.Seed)] : [];
        if (drawn.Length > 0)
            log.Information($"the source has no projector: drawn from seed {options.Seed}");
        TokenizerFiles.CheckReadable(source.Model.TokenizerFolder);
        if (options.SourceFormat == ModelFormat.LlavaHf)
            AddedTokenFiles.CheckReadable(source.Model.TokenizerFolder);
        return new ConversionPlan
        {
            Activity = "converting",
            Tensors = [.. mapped.Tensors.Select(tensor => TensorSource.From(mapped, tensor, cancellation)), .. drawn],
            PrepareWeights = tensors => [new CheckpointWriter { MaximumShardBytes = options.MaximumShardBytes, Metadata = mapped.Metadata }.Prepare(options.Output, options.Container, tensors)],
            WriteCompanions = () => WriteCompanions(options, source),
            Verify = () => Verify(options, source, cancellation),
            Certify = tracked =>
            [
                .. mapped.Tensors.Select(tensor => source.Trace(tracked.Certify(tensor.Name, mapped.OriginOf(tensor).Rule.Rows.Name), tensor)),
                .. drawn.Select(tensor => tracked.Certify(tensor.Info.Name, $"drawn from seed {options.Seed}")),
            ],
            Dropped = source.Dropped,
        };
    }

    static void WriteCompanions(ConvertOptions options, ConversionSource source)
    {
        AtomicFile.WriteAllText(Path.Combine(options.Output, ModelConfigFile.FileName), ModelYaml.Write(source.Model.Config));
        PreprocessorFile.Carry(source.Model.PreprocessorPath, options.Output);
        TokenizerFiles.Replace(source.Model.TokenizerFolder, options.Output);
        if (options.SourceFormat == ModelFormat.LlavaHf)
            AddedTokenFiles.Remove(options.Output, source.Model.Config.TextModel.VocabSize);
    }

    static LogitComparison Verify(ConvertOptions options, ConversionSource source, CancellationToken cancellation)
    {
        using var converted = CheckpointFolder.Open(options.Output);
        var (_, resultAsText) = CheckpointMapping.ToHuggingFace(converted, ModelDimensions.Of(source.Model.Config));
        using var before = source.Probe(source.LacksProjector ? resultAsText : null);
        using var after = LogitProbe.ModelZoo(options.Output, Path.Combine(options.Output, ModelConfigFile.FileName));
        return LogitVerification.Compare(before, after, source.Model.Config, options.Output, source.LacksProjector, cancellation);
    }
}
