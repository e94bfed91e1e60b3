using Llava.Model;
using static Llava.Golden.Tests.Model.NumpyTensors;
using static TorchSharp.torch;

namespace Llava.Golden.Tests.Model;

public sealed class ForwardTests
{
    const double LogitTolerance = 1e-4, LossTolerance = 1e-6;

    [Theory]
    [InlineData(""), InlineData("small/")]
    public void Features_logits_and_loss_equal_the_reference(string prefix)
    {
        var folder = new ModelFolder(prefix);
        Comparison.Each(folder.Part, "forward passes", GoldenSet.Files(folder.Part, "golden_forward_phase*.npz"), file => Compare(folder, file));
    }

    static long Compare(ModelFolder folder, string file)
    {
        using var scope = NewDisposeScope();
        var golden = folder.Arrays(file);
        var batch = folder.Arrays(file.Replace("golden_forward_", "batch_", StringComparison.Ordinal));
        using var model = folder.Load((int)batch["image_start_idx"].Integers()[0]);
        using var quiet = no_grad();
        var (images, ids, padding) = (batch["image_data"].ToTensor(), batch["text_input_ids"].ToTensor(), batch["key_padding_mask"].ToTensor());
        var (labels, mask) = (batch["labels"].ToTensor(), batch["loss_mask"].ToTensor());

        var features = model.ImageFeatures(images);
        AssertNear(golden["clip_features"], features, LogitTolerance, "the image features");
        AssertNear(golden["projector_output"], model.Project(features), LogitTolerance, "the projected features");

        var logits = model.forward(images, ids, padding);
        var sampled = logits.index_select(1, golden["logits_positions"].ToTensor()).index_select(2, golden["logits_columns"].ToTensor());
        AssertNear(golden["logits_sampled"], sampled, LogitTolerance, "the logits");
        AssertNear(golden["logsumexp"], logits.logsumexp(2), LogitTolerance, "logsumexp");

        var loss = model.Loss(logits, labels, mask).item<float>();
        AssertNear(golden["loss"].Floats()[0], loss, LossTolerance, "the loss");
        var lossOfVisible = model.Score(model.HiddenStates(features, ids, padding), Supervision.Of(labels, mask)).Loss * model.LossPerToken(mask.sum().item<long>(), mask.shape[0]);
        AssertNear(loss, lossOfVisible, LossTolerance, "the loss of the visible positions");
        if (golden.Has("loss_batch_size_scaling"))
            CompareLossByRows(golden["loss_batch_size_scaling"].Floats()[0], model, logits, labels, mask);
        return 1;
    }

    static void CompareLossByRows(double expected, LlavaModel model, Tensor logits, Tensor labels, Tensor mask)
    {
        using var byRows = LlavaModel.Create(model.Config with { LossScaling = "batch_size" }, CPU, ScalarType.Float32);
        AssertNear(expected, byRows.Scale(LlavaLoss.Sum(logits, labels, mask), mask).item<float>(), 1e-3, "the loss scaled by rows");
    }
}
