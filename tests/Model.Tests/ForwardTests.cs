using Llava.Tests;
using static TorchSharp.torch;

namespace Llava.Model.Tests;

public sealed class ForwardTests
{
    const double LogitTolerance = 1e-4, LossTolerance = 1e-6;

    [Theory]
    [InlineData("small/", 1), InlineData("small/", 2), InlineData("", 1), InlineData("", 2)]
    public void Features_logits_and_loss_equal_the_reference(string root, int phase)
    {
        using var scope = NewDisposeScope();
        var batch = NumpyArchive.Open(GoldenData.Require($"{root}model/batch_phase{phase}.npz"));
        var golden = NumpyArchive.Open(GoldenData.Require($"{root}model/golden_forward_phase{phase}.npz"));
        using var model = GoldenModel.Load(root, (int)batch["image_start_idx"].Integers()[0]);
        using var quiet = no_grad();
        var (images, ids, padding) = (batch["image_data"].ToTensor(), batch["text_input_ids"].ToTensor(), batch["key_padding_mask"].ToTensor());
        var (labels, mask) = (batch["labels"].ToTensor(), batch["loss_mask"].ToTensor());

        var features = model.ImageFeatures(images);
        Assert.InRange(GoldenModel.LargestDifference(features, golden["clip_features"]), 0, LogitTolerance);
        Assert.InRange(GoldenModel.LargestDifference(model.Project(features), golden["projector_output"]), 0, LogitTolerance);

        var logits = model.forward(images, ids, padding);
        var sampled = logits.index_select(1, golden["logits_positions"].ToTensor()).index_select(2, golden["logits_columns"].ToTensor());
        Assert.InRange(GoldenModel.LargestDifference(sampled, golden["logits_sampled"]), 0, LogitTolerance);
        Assert.InRange(GoldenModel.LargestDifference(logits.logsumexp(2), golden["logsumexp"]), 0, LogitTolerance);

        var loss = model.Loss(logits, labels, mask).item<float>();
        Assert.InRange(Math.Abs(loss - golden["loss"].Floats()[0]), 0, LossTolerance);
        var tokens = mask.sum().item<long>();
        var lossOfVisible = model.Score(model.HiddenStates(features, ids, padding), labels, mask).Loss * model.LossPerToken(tokens, mask.shape[0]);
        Assert.InRange(Math.Abs(loss - lossOfVisible), 0, LossTolerance);
    }

    [Fact]
    public void The_loss_can_be_scaled_by_rows()
    {
        using var scope = NewDisposeScope();
        var batch = NumpyArchive.Open(GoldenData.Require("small/model/batch_phase1.npz"));
        var golden = NumpyArchive.Open(GoldenData.Require("small/model/golden_forward_phase1.npz"));
        using var byTokens = GoldenModel.Load("small/", imageStart: 1);
        using var quiet = no_grad();
        var mask = batch["loss_mask"].ToTensor();
        var sum = LlavaLoss.Sum(byTokens.forward(batch["image_data"].ToTensor(), batch["text_input_ids"].ToTensor(), batch["key_padding_mask"].ToTensor()), batch["labels"].ToTensor(), mask);
        using var byRows = LlavaModel.Create(byTokens.Config with { LossScaling = "batch_size" }, CPU, ScalarType.Float32);

        Assert.Equal(golden["loss_batch_size_scaling"].Floats()[0], byRows.Scale(sum, mask).item<float>(), 1e-3);
    }
}
