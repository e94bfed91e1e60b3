using Llava.Contracts.Diagnostics;
using Llava.Model;
using Llava.Train.Configuration;
using Llava.Train.Memory;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Tests.Memory;

public sealed class MemoryEstimateTests
{
    [Fact]
    public void A_training_that_cannot_fit_is_refused()
    {
        using var training = new MadeTraining();
        var estimate = Estimate(training, ScalarType.Float32);
        var needed = estimate.BytesOn(DeviceType.CPU);
        estimate.ThrowUnlessFits(DeviceType.CPU, needed, "train.yaml");
        estimate.ThrowUnlessFits(DeviceType.CPU, null, "train.yaml");

        var error = Assert.Throws<DiagnosticException>(() => estimate.ThrowUnlessFits(DeviceType.CPU, needed - 1, "train.yaml"));

        Assert.Matches(@"^train\.yaml: error LLAVA5013: this training needs 0\.\d\d\d GB \(weights 0\.000, .*, the program 0\.\d\d\d\), but there are 0\.\d\d\d GB$", error.Message);
    }

    [Fact]
    public void Trained_parts_count_four_times_and_frozen_ones_once_in_their_own_format()
    {
        using var training = new MadeTraining();
        var (single, mixed) = (Estimate(training, ScalarType.Float32), Estimate(training, ScalarType.BFloat16));
        var trained = single.Parts.Single(part => part.Name == "gradients").Bytes;
        var all = single.Parts.Single(part => part.Name == "weights").Bytes;

        Assert.Equal(2 * trained, single.Parts.Single(part => part.Name == "optimizer state").Bytes);
        Assert.Equal(trained + (all - trained) / 2, mixed.Parts.Single(part => part.Name == "weights").Bytes);
        Assert.Equal(3 * trained, mixed.CheckpointCopyBytes);
    }

    [Fact]
    public void Recomputing_blocks_keeps_less()
    {
        using var training = new MadeTraining();

        Assert.True(Kept(1) < Kept(null));

        long Kept(int? blocksPerSegment) => Estimate(training, ScalarType.Float32, blocksPerSegment).Parts.Single(part => part.Name == "kept for the backward pass").Bytes;
    }

    static MemoryEstimate Estimate(MadeTraining training, ScalarType elementType, int? blocksPerSegment = null)
    {
        using var scope = NewDisposeScope();
        var config = TrainConfig.Load(training.Yaml);
        using var model = LlavaModel.Create(config.Model, CPU, elementType);
        model.TrainAllBut(model.named_parameters().Select(entry => entry.name).Where(name => name.StartsWith("image_model", StringComparison.Ordinal)).ToHashSet());
        return MemoryEstimate.Of(model, config.Sections.TrainInput!, microBatchSequences: 2, length: 12, sampleCount: null, blocksPerSegment);
    }
}
