using Llava.Model.Decoding;
using static TorchSharp.torch;

namespace Llava.Model.Tests.Decoding;

public sealed class PackedWeightTests
{
    const double Tolerance = 1e-5;

    [Fact]
    public void A_packed_model_computes_what_the_plain_one_does()
    {
        using var scope = NewDisposeScope();
        using var plain = GoldenModel.Load("small/", imageStart: 1);
        using var packed = GoldenModel.Load("small/", imageStart: 1);
        packed.PackForAnswering();

        var (expected, actual) = (Scores(plain), Scores(packed));

        Assert.Equal(0, packed.text_model.Blocks.First().self_attn.proj_q_dense_layer.weight.numel());
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange(actual.sub(expected).abs().max().item<float>(), 0, Tolerance);
    }

    [Fact]
    public void Low_rank_adapters_are_left_as_they_are()
    {
        var config = GoldenModel.Config("small/", imageStart: 1);
        using var model = LlavaModel.Create(config with { Peft = new() { Rank = 2, Alpha = 4, Target = "proj_q" } }, CPU, ScalarType.Float32);

        model.PackForAnswering();

        Assert.NotEqual(0, model.text_model.Blocks.First().self_attn.proj_q_dense_layer.weight.numel());
    }

    // A picture, prompts of different lengths, and two more tokens: one row and several, one position and several.
    static Tensor Scores(LlavaModel model)
    {
        using var quiet = no_grad();
        using Generator seeded = new(1);
        var size = model.Config.ImageModel.ImageSize;
        var features_PW = model.ImageFeatures(randn([1, 3, size[0], size[1]], generator: seeded)).select(0, 0);
        int[] seeing = [1, DecodingBatch.ImageTokenId, 20, 30], blind = [1, 40, 50];
        var (batch, first_BV) = DecodingBatch.Start(model, [(seeing, features_PW), (blind, null)], maximumNewTokens: 2);
        using var disposal = batch;
        var second_BV = batch.Step([60, 70]);
        batch.KeepRows([0]);
        return cat([first_BV, second_BV, batch.Step([80])], 0);
    }
}
