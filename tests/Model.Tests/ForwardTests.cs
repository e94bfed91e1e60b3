using Llava.Tests;
using static TorchSharp.torch;

namespace Llava.Model.Tests;

public sealed class ForwardTests
{
    const double FeatureTolerance = 1e-4, LossTolerance = 1e-6;

    [Theory]
    [InlineData(1), InlineData(2)]
    public void Features_logits_and_loss_equal_the_reference(int phase)
    {
        using var scope = NewDisposeScope();
        var batch = NumpyArchive.Open(GoldenData.Require($"model/batch_phase{phase}.npz"));
        var golden = NumpyArchive.Open(GoldenData.Require($"model/golden_forward_phase{phase}.npz"));
        using var model = GoldenModel.Load((int)batch["image_start_idx"].Integers()[0]);
        using var quiet = no_grad();

        var features = model.ImageFeatures(batch["image_data"].ToTensor());
        Assert.InRange(GoldenModel.LargestDifference(features, golden["clip_features"]), 0, FeatureTolerance);
        Assert.InRange(GoldenModel.LargestDifference(model.Project(features), golden["projector_output"]), 0, FeatureTolerance);

        var (labels, mask) = (batch["labels"].ToTensor(), batch["loss_mask"].ToTensor());
        var logits = model.forward(batch["image_data"].ToTensor(), batch["text_input_ids"].ToTensor(), batch["key_padding_mask"].ToTensor());
        var sampled = logits.index_select(1, golden["logits_positions"].ToTensor()).index_select(2, golden["logits_columns"].ToTensor());
        Assert.InRange(GoldenModel.LargestDifference(sampled, golden["logits_sampled"]), 0, FeatureTolerance);

        var loss = model.Loss(logits, labels, mask).item<float>();
        Assert.InRange(Math.Abs(loss - golden["loss"].Floats()[0]), 0, LossTolerance);
        var hidden = model.HiddenStates(features, batch["text_input_ids"].ToTensor(), batch["key_padding_mask"].ToTensor());
        var lossFromHidden = model.Scale(model.SumFromHidden(hidden, labels, mask), mask).item<float>();
        Assert.InRange(Math.Abs(loss - lossFromHidden), 0, LossTolerance);
    }
}
