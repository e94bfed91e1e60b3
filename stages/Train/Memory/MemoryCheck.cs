using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Loading;
using Llava.Model;
using Llava.Model.Interop;
using Llava.Train.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Memory;

/// <summary>Whether a training fits where it is to run, before anything is read.</summary>
static class MemoryCheck
{
    /// <summary>Mode estimate: part by part, from the yaml alone.</summary>
    /// <exception cref="DiagnosticException">It cannot fit.</exception>
    public static void Report(TrainConfig config, TrainOptions options, IStageLog log)
    {
        using var scope = NewDisposeScope();
        // The type alone: TorchSharp's CUDA device is an error where there is none.
        var device = ModelLoading.DeviceName(options.Device, config.Run) == "cuda" ? DeviceType.CUDA : DeviceType.CPU;
        var estimate = EstimateOf(config, config.Sections.TrainInput?.MaxSequenceLength ?? config.Model.TextModel.MaxPositionEmbeddings, sampleCount: null);
        estimate.Report(log, device, CapacityOf(device));
        log.Count("memory.bytes", device == DeviceType.CUDA ? estimate.BytesOn(device) : estimate.PeakBytes(AvailableBytes, config.Run.CheckpointSteps > 0));
        estimate.ThrowUnlessFits(device, CapacityOf(device), options.ParamsPath);
    }

    /// <exception cref="DiagnosticException">It cannot fit.</exception>
    public static void ThrowUnlessFits(TrainConfig config, string paramsPath, DeviceType device, LlavaDataLoader loader) =>
        EstimateOf(config, loader.MaxSequenceLength, loader.SampleCount).ThrowUnlessFits(device, CapacityOf(device), paramsPath);

    // Declared on the host, where weights that are not written take no memory: on a GPU they would, before the answer is known.
    static MemoryEstimate EstimateOf(TrainConfig config, int length, long? sampleCount)
    {
        using var model = ModelLoading.Declare(config, CPU);
        return MemoryEstimate.Of(model, config.Sections.TrainInput!, TrainingSchedule.MicroBatchOf(config), length, sampleCount, config.Run.BlocksPerSegment);
    }

    // Null: not known.
    static long? CapacityOf(DeviceType device) => device == DeviceType.CPU ? AvailableBytes : DeviceMemory.OfFirstGpu();

    // Of the machine, or of the container.
    static long AvailableBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
