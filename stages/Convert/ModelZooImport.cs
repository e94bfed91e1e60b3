using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>Hugging Face to ModelZoo: weights, <c>config.yaml</c>, the tokenizer's files, and the certificate last.</summary>
static class ModelZooImport
{
    public static async Task RunAsync(ConvertOptions options, IStageLog log, CancellationToken cancellation)
    {
        using var source = LlavaCheckpoint.Open(options.Source);
        var mapped = (MappedCheckpoint)source.Tensors;
        var dimensions = ModelDimensions.Of(source.Config);
        TensorSource[] drawn = mapped.LacksProjector ? [.. ProjectorDraw.Draw(dimensions, options.Seed)] : [];
        if (drawn.Length > 0)
            log.Information($"the source has no projector: drawn from seed {options.Seed}");

        ConversionCertificate.Remove(options.Output);
        var hashes = SourceHashes.StartAsync(options.Source, mapped.Tensors.Select(tensor => mapped.OriginOf(tensor).Source), mapped.Dropped, cancellation);
        var tracked = new TrackedTensors("converting", [.. mapped.Tensors.Select(tensor => TensorSource.From(mapped, tensor, cancellation)), .. drawn], log);
        new CheckpointWriter { MaximumShardBytes = options.MaximumShardBytes }.Write(options.Output, options.Container, tracked.Sources);
        AtomicFile.WriteAllText(Path.Combine(options.Output, ModelConfigFile.FileName), ModelYaml.Write(source.Config));
        TokenizerFiles.Replace(source.TokenizerFolder, options.Output);
        var verification = options.Verify ? Verify(options, source, mapped.LacksProjector, cancellation) : null;
        new ConversionCertificate(options, await hashes)
        {
            Config = ConfigDifferences.Of(source),
            Verification = verification,
            Tensors = [.. mapped.Tensors.Select(tensor => tracked.Certify(mapped.OriginOf(tensor))), .. drawn.Select(tensor => tracked.Certify(tensor.Info, $"drawn from seed {options.Seed}"))],
            Dropped = mapped.Dropped,
        }.Write();
        tracked.ReportCounts(log);
    }

    static LogitComparison Verify(ConvertOptions options, LlavaCheckpoint source, bool drawnProjector, CancellationToken cancellation)
    {
        using var converted = CheckpointFolder.Open(options.Output);
        var (_, resultAsText) = CheckpointMapping.ToHuggingFace(converted, ModelDimensions.Of(source.Config));
        var (image, text) = source.PairFolders!.Value;
        using var before = LogitProbe.HuggingFace(image, text, source.Config, drawnProjector ? resultAsText : null);
        using var after = LogitProbe.ModelZoo(options.Output, Path.Combine(options.Output, ModelConfigFile.FileName));
        return LogitVerification.Compare(before, after, source.Config, options.Output, drawnProjector, cancellation);
    }
}
