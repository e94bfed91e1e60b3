using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;
using TorchSharp;
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

    /// <summary>Every layer, counted from either end, with the class token and without; the plain restatement is itself held to the reference's features.</summary>
    [Theory]
    [InlineData(""), InlineData("small/")]
    public void Features_of_every_layer_equal_a_plain_restatement_of_the_tower(string prefix)
    {
        var folder = new ModelFolder(prefix);
        Comparison.Each(folder.Part, "feature layers", ["golden_forward_phase1.npz"], file => CompareLayers(folder, file));
    }

    static long CompareLayers(ModelFolder folder, string file)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (golden, images) = (folder.Arrays(file), folder.Arrays("batch_phase1.npz")["image_data"].ToTensor());
        using var model = folder.Load(imageStart: 1);
        using var weights = CheckpointFolder.Open(folder.Require("hf_in/image_model"));
        var states = new PlainClip(weights, HuggingFaceConfigFile.ReadVision(folder.Require("hf_in/image_model/config.json"))).HiddenStates(images);
        AssertNear(golden["clip_features"], states[^2].narrow(1, 1, states[^2].shape[1] - 1).to(ScalarType.Float32), LogitTolerance, "the restated features");

        var layers = states.Count - 1;
        foreach (var index in Enumerable.Range(-layers, 2 * layers))
        {
            // From the end, as hidden_states counts; from the start, one less, as those begin with the embeddings.
            var expected = index < 0 ? states[states.Count + index] : states[index + 1];
            AssertNear(0, LargestDifference(Features(model, images, index, "cls_patch"), expected), LogitTolerance, $"layer {index} with the class token");
            AssertNear(0, LargestDifference(Features(model, images, index, "patch"), expected.narrow(1, 1, expected.shape[1] - 1)), LogitTolerance, $"layer {index}");
        }
        return 4 * layers;
    }

    static Tensor Features(LlavaModel model, Tensor images, int layer, string mode)
    {
        using var other = LlavaModel.Create(model.Config with { ImageFeatureSelectLayerIdx = layer, ImageFeatureSelectMode = mode }, CPU, ScalarType.Float32);
        other.Load(model.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor));
        return other.ImageFeatures(images);
    }

    static double LargestDifference(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);
        return actual.sub(expected).abs().max().ToDouble();
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
