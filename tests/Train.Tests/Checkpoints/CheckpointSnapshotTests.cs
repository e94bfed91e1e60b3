using System.Globalization;
using Llava.Model;
using Llava.Train.Checkpoints;
using Llava.Train.Configuration;
using Llava.Train.Optimization;
using static TorchSharp.torch;

namespace Llava.Train.Tests.Checkpoints;

/// <summary>A copy that cannot be made leaves no memory behind.</summary>
public sealed class CheckpointSnapshotTests
{
    const int Attempts = 2000;

    [Fact]
    public void A_snapshot_that_cannot_be_finished_frees_its_copies()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the kernel's own count is read");
        using var training = new MadeTraining();
        using var scope = NewDisposeScope();
        var options = training.Options("run");
        var config = TrainConfig.Load(options.ParamsPath, options.Overrides);
        using var model = LlavaModel.Create(config.Model, CPU, ScalarType.Float32);
        TrainingCheckpoint.LoadWeights(model, training.InitialCheckpoint);
        using var step = new OptimizationStep(model, config.Optimizer, config.Schedule, checksNumbers: true);
        var copied = Attempts * step.Optimizer.State.Sum(entry => entry.Tensor.numel() * entry.Tensor.element_size());

        TakeInVain();
        var before = Bytes("VmRSS");
        for (var attempt = 0; attempt < Attempts; attempt++)
            TakeInVain();

        Assert.InRange(Bytes("VmRSS") - before, long.MinValue, copied / 2);

        void TakeInVain() => Assert.ThrowsAny<IOException>(() => CheckpointSnapshot.Take(model, step.Optimizer, training.PathOf("no such folder")));
    }

    [Fact]
    public void A_tensor_that_cannot_be_read_takes_no_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the kernel's own count is read");
        using var tensor = empty([1L << 30], ScalarType.Float32, META);
        var before = Bytes("VmSize");
        Assert.ThrowsAny<System.Runtime.InteropServices.ExternalException>(() => new HostCopy("a", tensor));
        Assert.InRange(Bytes("VmSize") - before, long.MinValue, 1L << 31);
    }

    static long Bytes(string name) =>
        1024 * long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
