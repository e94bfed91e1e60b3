using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Loading;
using Llava.Model;
using TorchSharp;

namespace Llava.Train.Memory;

/// <summary>What a training will hold at its peak, part by part, known before the first weight is read.</summary>
/// <param name="Parts">In bytes. Those of the host stay there when the device is a GPU.</param>
/// <param name="ActivationBytes">Of these, what is there during a step alone.</param>
/// <param name="CheckpointCopyBytes">Of the host; taken only where it is free.</param>
sealed record MemoryEstimate(IReadOnlyList<MemoryPart> Parts, long ActivationBytes, long CheckpointCopyBytes)
{
    const int MomentsPerParameter = 2;

    // .NET, libtorch and libvips with their code, threads and freed memory that is kept.
    const long ProcessBytes = 260L << 20;

    /// <param name="model">Declared, not loaded: of a parameter only shape, number format and whether it is trained count.</param>
    /// <param name="length">Positions of a row.</param>
    /// <param name="sampleCount">As for <see cref="LlavaDataLoader.HostBytes"/>.</param>
    /// <param name="blocksPerSegment">From <c>activation_checkpointing</c>.</param>
    public static MemoryEstimate Of(LlavaModel model, LlavaDataConfig input, int microBatchSequences, int length, long? sampleCount, int? blocksPerSegment)
    {
        var parameters = model.parameters().ToList();
        var trained = parameters.Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel() * parameter.element_size());
        var activations = new ActivationMemory(model, microBatchSequences, length, blocksPerSegment);
        return new MemoryEstimate(
            [
                new("weights", parameters.Sum(parameter => parameter.numel() * parameter.element_size())),
                new("gradients", trained),
                new("optimizer state", MomentsPerParameter * trained),
                new("weights rounded for computing", activations.RoundedWeightBytes),
                new("kept for the backward pass", activations.KeptBytes),
                new("in passing", activations.PassingBytes),
                new("batches and pictures read ahead", LlavaDataLoader.HostBytes(input, length, sampleCount), IsOnHost: true),
                new("the program", ProcessBytes, IsOnHost: true),
            ],
            activations.RoundedWeightBytes + activations.KeptBytes + activations.PassingBytes,
            (1 + MomentsPerParameter) * trained);
    }

    /// <summary>What the device needs; on the CPU that is all.</summary>
    public long BytesOn(DeviceType device) => Parts.Where(part => device == DeviceType.CPU || !part.IsOnHost).Sum(part => part.Bytes);

    /// <summary>The largest this process will be on a CPU with so much memory.</summary>
    /// <param name="savesBetweenSteps">Checkpoints are written beside steps, not after the last one alone.</param>
    public long PeakBytes(long available, bool savesBetweenSteps)
    {
        var needed = Parts.Sum(part => part.Bytes);
        var copy = CheckpointCopyBytes < (available - needed) / 2 ? CheckpointCopyBytes : 0;
        return savesBetweenSteps ? needed + copy : Math.Max(needed, needed - ActivationBytes + copy);
    }

    public void Report(IStageLog log, DeviceType device, long? available)
    {
        foreach (var part in Parts)
            log.Information($"{Gigabytes(part.Bytes)} GB  {part.Name}{(part.IsOnHost && device != DeviceType.CPU ? " (on the host)" : "")}");
        log.Information($"{Gigabytes(BytesOn(device))} GB in all{(available is { } bytes ? $", of {Gigabytes(bytes)} GB here" : "")}; beside it {Gigabytes(CheckpointCopyBytes)} GB for writing a checkpoint during the next steps, where free");
    }

    /// <exception cref="DiagnosticException">It cannot fit.</exception>
    public void ThrowUnlessFits(DeviceType device, long? available, string paramsPath)
    {
        if (available is { } bytes && BytesOn(device) > bytes)
            throw ErrorCatalog.OutOfMemory.Fails(paramsPath, $"this training needs {Gigabytes(BytesOn(device))} GB ({string.Join(", ", Parts.Select(part => $"{part.Name} {Gigabytes(part.Bytes)}"))}), but there are {Gigabytes(bytes)} GB");
    }

    static string Gigabytes(long bytes) => (bytes / 1e9).ToString("0.000", CultureInfo.InvariantCulture);
}

/// <param name="IsOnHost">Even where the device is a GPU.</param>
sealed record MemoryPart(string Name, long Bytes, bool IsOnHost = false);
