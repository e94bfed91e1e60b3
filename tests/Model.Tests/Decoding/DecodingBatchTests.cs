using Llava.Model.Decoding;
using Llava.Tests;
using static TorchSharp.torch;

namespace Llava.Model.Tests.Decoding;

public sealed class DecodingBatchTests
{
    const double LogitTolerance = 1e-4;

    [Theory]
    [InlineData("small/", "img0"), InlineData("small/", "img6"), InlineData("small/", "textonly"), InlineData("", "img0"), InlineData("", "textonly")]
    public void Scores_of_the_first_tokens_equal_the_reference(string root, string sample)
    {
        using var scope = NewDisposeScope();
        var golden = NumpyArchive.Open(GoldenData.Require($"{root}model/golden_client_init_{sample}.npz"));
        using var model = GoldenModel.Load(root, imageStart: 1);
        using var quiet = no_grad();
        int[] ids = [.. golden["input_ids"].Integers().Select(id => (int)id)];
        var features = golden.Has("pixel_values") ? model.ImageFeatures(golden["pixel_values"].ToTensor()).select(0, 0) : null;

        var (batch, logits) = DecodingBatch.Start(model, [(ids, features)], (int)golden["generated_ids"].Count);
        using var disposal = batch;
        var generated = golden["generated_ids"].Integers();
        var rows = new List<Tensor> { logits };
        Assert.InRange(GoldenModel.LargestDifference(logits.squeeze(0), golden["first_logits"]), 0, LogitTolerance);
        if (!golden.Has("step_logits"))
            return;
        for (var step = 1; step < golden["step_logits"].Shape[0]; step++)
            rows.Add(batch.Step([(int)generated[step]]));
        Assert.InRange(GoldenModel.LargestDifference(cat(rows, 0), golden["step_logits"]), 0, LogitTolerance);
    }

    [Fact]
    public void A_padded_row_computes_what_it_does_alone()
    {
        using var scope = NewDisposeScope();
        using var model = GoldenModel.Load("small/", imageStart: 1);
        int[] longer = [1, 20, 30, 40, 50, 60, 70], shorter = [1, 200, 300];

        var (alone, first) = DecodingBatch.Start(model, [(shorter, null)], maximumNewTokens: 2);
        var (together, firstTogether) = DecodingBatch.Start(model, [(longer, null), (shorter, null)], maximumNewTokens: 2);
        using var disposeAlone = alone;
        using var disposeTogether = together;
        var second = alone.Step([400]);
        together.KeepRows([1]);
        var secondTogether = together.Step([400]);

        Assert.InRange(firstTogether[1].sub(first[0]).abs().max().item<float>(), 0, 1e-5);
        Assert.InRange(secondTogether.sub(second).abs().max().item<float>(), 0, 1e-5);
    }
}
