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
        model.AddGradients(model.ImageFeatures(randn(2, 3, 56, 56)), ids, ids, ones(2, 40), padding, lossPerToken: 1, blocksPerSegment);
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
