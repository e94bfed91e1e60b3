using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>Hugging Face's layouts to ModelZoo: weights, <c>config.yaml</c>, the tokenizer's files, and the certificate last.</summary>
static class ModelZooImport
{
    public static async Task RunAsync(ConvertOptions options, IStageLog log, CancellationToken cancellation)
    {
        using var source = new ConversionSource(options);
        var mapped = (MappedCheckpoint)source.Model.Tensors;
        TensorSource[] drawn = source.LacksProjector ? [.. ProjectorDraw.Draw(ModelDimensions.Of(source.Model.Config), options.Seed)] : [];
        if (drawn.Length > 0)
            log.Information($"the source has no projector: drawn from seed {options.Seed}");

        ConversionCertificate.Remove(options.Output);
        using var pace = new ConversionPace();
        var hashes = source.StartHashing(pace, cancellation);
        var tracked = new TrackedTensors("converting", [.. mapped.Tensors.Select(tensor => TensorSource.From(mapped, tensor, cancellation)), .. drawn], pace, log);
        new CheckpointWriter { MaximumShardBytes = options.MaximumShardBytes }.Write(options.Output, options.Container, tracked.Sources);
        pace.Finish();
        AtomicFile.WriteAllText(Path.Combine(options.Output, ModelConfigFile.FileName), ModelYaml.Write(source.Model.Config));
        PreprocessorFile.Carry(source.Model.PreprocessorPath, options.Output);
        TokenizerFiles.Replace(source.Model.TokenizerFolder, options.Output);
        if (options.SourceFormat == ModelFormat.LlavaHf)
            AddedTokenFiles.Remove(options.Output, source.Model.Config.TextModel.VocabSize);
        var verification = options.Verify ? Verify(options, source, cancellation) : null;
        new ConversionCertificate(options, await hashes)
        {
            Config = ConfigDifferences.Of(source.Model),
            Verification = verification,
            Tensors = [.. mapped.Tensors.Select(tensor => tracked.Certify(mapped.OriginOf(tensor))), .. drawn.Select(tensor => tracked.Certify(tensor.Info, $"drawn from seed {options.Seed}"))],
            Dropped = mapped.Dropped,
        }.Write();
        tracked.ReportCounts(log);
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
