using Llava.Model.Mapping;
using Llava.Model.Tests.Checkpoints;
using Llava.Model.Tests.Mapping;
using static TorchSharp.torch;

namespace Llava.Model.Tests;

public sealed class BlockwiseForwardTests
{
    [Fact]
    public void One_block_at_a_time_gives_the_whole_models_logits()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = GoldenModel.Load("small/", imageStart: 1);
        using var folder = new ScratchFolder();
        using var checkpoint = LlavaCheckpoint.Open(GoldenPair.WithProjector("small/", folder));
        var image = rand([2, 3, .. model.Config.ImageModel.ImageSize.Select(size => (long)size)], generator: new Generator(5));
        var ids = randint(1, 900, [2, 40], ScalarType.Int64, generator: new Generator(6));
        var logits = new BlockwiseForward(checkpoint.Tensors, model.Config).Logits(image, ids);
        Assert.Equal(0, logits.sub(model.forward(image, ids, null)).abs().max().item<float>());
    }
}
