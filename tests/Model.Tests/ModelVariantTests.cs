using Llava.Model.Configuration;
using Llava.Model.Gradients;
using Llava.Model.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Model.Tests;

public sealed class ModelVariantTests
{
    [Fact]
    public void A_tied_head_uses_the_token_table()
    {
        using var scope = NewDisposeScope();
        var config = GoldenModel.Config("small/", imageStart: 1);
        using var model = Random(config with { TextModel = config.TextModel with { ShareEmbeddingWeights = true } });
        Assert.Null(model.text_model.lm_head);
        Assert.Contains("text_model.lm_head.weight", model.StateTensors().Select(entry => entry.Name));
        var hidden = randn(2, config.TextModel.HiddenSize);
        Assert.Equal(model.Logits(hidden), hidden.matmul(model.text_model.embedding_layer.word_embeddings.weight.t()));
    }

    [Fact]
    public void The_class_token_is_the_first_feature_where_it_is_kept()
    {
        using var scope = NewDisposeScope();
        var config = GoldenModel.Config("small/", imageStart: 1);
        using var patches = Random(config);
        using var all = LlavaModel.Create(config with { ImageFeatureSelectMode = "cls_patch" }, CPU, ScalarType.Float32);
        all.Load(patches.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor));
        var image = randn(1, 3, 56, 56);
        Assert.Equal([1, 17, 64], all.ImageFeatures(image).shape);
        Assert.Equal(all.ImageFeatures(image).narrow(1, 1, 16), patches.ImageFeatures(image));
    }

    [Fact]
    public void A_scaling_factor_squeezes_positions()
    {
        using var scope = NewDisposeScope();
        var text = GoldenModel.Config("small/", imageStart: 1).TextModel;
        var plain = new RotaryTable(text, CPU);
        var squeezed = new RotaryTable(text with { PosScalingFactor = 2 }, CPU);
        Assert.Equal(plain.At(3, 1), squeezed.At(6, 1));
        Assert.Equal(plain.At(7, 2), plain.At(tensor(new long[] { 7, 8 }).unsqueeze(0)));
    }

    /// <summary>Expected: ModelZoo 2.3.1's RotaryPositionEmbeddingHelper at positions 1 and 50, run with PyTorch 1.13.</summary>
    [Theory]
    [InlineData("yarn", 4, 16, new[] { 0.61520416, 1.1350731, 1.1382737, 1.1385939, 1.0987388, -0.78404814, 0.35903534, 1.0508263 }, new[] { 0.95812362, 0.089922816, 0.028462771, 0.0090015633, -0.29874772, -0.82567883, 1.0805418, 0.43845314 })]
    [InlineData("llama3", 8, 16, new[] { 0.83861732, 0.99921888, 0.99992186, 0.99999219, -0.86357224, -0.39459512, 0.81096309, 0.98053223 }, new[] { 0.54472101, 0.039518178, 0.012499674, 0.0039528371, -0.50422513, 0.91885513, 0.58509725, 0.19635814 })]
    public void Scaled_frequencies_turn_as_the_reference_turns_them(string type, double factor, int originalLength, double[] cosines, double[] sines)
    {
        using var scope = NewDisposeScope();
        var text = GoldenModel.Config("small/", imageStart: 1).TextModel with
        {
            RotaryDim = 8, RopeTheta = 100, MaxPositionEmbeddings = 64, PosScalingType = type, PosScalingFactor = factor,
            PosScalingExtraArgs = new() { OriginalMaxPositionEmbeddings = originalLength },
        };
        var turns = new RotaryTable(text, CPU).At(tensor(new long[] { 1, 50 }).unsqueeze(0)).flatten();

        Assert.All(turns.real.data<float>().Zip(cosines), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        Assert.All(turns.imag.data<float>().Zip(sines), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Fact]
    public void Every_argument_of_yarn_counts()
    {
        using var scope = NewDisposeScope();
        var text = GoldenModel.Config("small/", imageStart: 1).TextModel with
        {
            RotaryDim = 8, RopeTheta = 100, MaxPositionEmbeddings = 64, PosScalingType = "yarn", PosScalingFactor = 2,
            PosScalingExtraArgs = new() { OriginalMaxPositionEmbeddings = 32, ExtrapolationFactor = 0.5, BetaFast = 8, BetaSlow = 2, MscaleA = 0.2, MscaleB = 0.9 },
        };
        var cosines = new RotaryTable(text, CPU).At(50, 1).flatten().real.data<float>().ToArray();

        Assert.All(cosines.Zip([1.0181088, -0.05368606, -0.83209127, 0.73061419]), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void A_training_step_leaves_no_tensor_behind(int? blocksPerSegment)
    {
        var config = GoldenModel.Config("small/", imageStart: 1);
        using var model = Random(config);
        foreach (var parameter in model.parameters())
            parameter.grad = zeros_like(parameter).DetachFromDisposeScope();
        Step(model, blocksPerSegment);
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (var step = 0; step < 3; step++)
            Step(model, blocksPerSegment);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    static void Step(LlavaModel model, int? blocksPerSegment)
    {
        using var scope = NewDisposeScope();
        var (ids, padding) = (randint(3, 900, [2, 40]), zeros(2, 40));
        padding[1, 5] = tensor(1f);
        model.AddGradients(model.ImageFeatures(randn(2, 3, 56, 56)), ids, Supervision.Of(ids, ones(2, 40)), padding, lossPerToken: 1, blocksPerSegment);
    }

    static LlavaModel Random(LlavaModelConfig config)
    {
        TorchRuntime.UseDefault();
        using var quiet = no_grad();
        var model = LlavaModel.Create(config, CPU, ScalarType.Float32);
        foreach (var parameter in model.parameters())
            parameter.normal_(0, 0.02);
        return model;
    }
}
