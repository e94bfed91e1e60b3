using Llava.Contracts.Files;
using Llava.Contracts.Progress;
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
        new ConversionCertificate(options, await hashes)
        {
            Tensors = [.. mapped.Tensors.Select(tensor => tracked.Certify(mapped.OriginOf(tensor))), .. drawn.Select(tensor => tracked.Certify(tensor.Info, $"drawn from seed {options.Seed}"))],
            Dropped = mapped.Dropped,
        }.Write();
        tracked.ReportCounts(log);
    }
}
