using Llava.Model.Decoding;
using static TorchSharp.torch;

namespace Llava.Model.Tests.Decoding;

public sealed class DecodingBatchTests
{
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
