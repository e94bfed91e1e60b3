using Llava.Model;
using Llava.Train.Configuration;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using static TorchSharp.torch;

namespace Llava.Train.Tests.Metrics;

public sealed class StepArithmeticTests
{
    // Two rows of twelve positions, thirteen of them supervised, through the made model, by hand; a matrix product of m x k by k x n is 2 m k n.
    // Tower: 4 patches of 3 x 4 x 4 numbers to 8, 2 x 4 x 48 x 8 = 3072; its one block that runs, on 5 tokens: four products 8 x 8 and two 8 x 16,
    // 5 x (4 x 128 + 2 x 256) = 5120, and scores and mixing, 2 x 2 x 5 x 5 x 8 = 800.
    const int Vision = 3072 + 5120 + 800;

    // 4 patches through 8 x 8 twice.
    const int Projector = 4 * 2 * 128;

    // Two blocks on 24 positions: four products 8 x 8 and three 8 x 12, 4 x 128 + 3 x 192; attention over 12 positions, scores and mixing, by half: 2 x 2 x 12 x 8 / 2.
    const int Blocks = 2 * 24 * (512 + 576 + 192);

    // 8 x 41 at the supervised positions.
    const int Head = 13 * 2 * 8 * 41;

    [Theory]
    // What is trained costs three passes, what only passes gradients on two, what neither one.
    [InlineData("['^image_model', '^text_model']", (2 * Vision) + (2 * 2 * Projector) + (2 * Blocks) + (2 * Head))]
    [InlineData("['^image_model']", (2 * Vision) + (2 * 2 * Projector) + (3 * Blocks) + (3 * Head))]
    [InlineData("[]", (2 * 3 * Vision) + (2 * 3 * Projector) + (3 * Blocks) + (3 * Head))]
    [InlineData("['^image_model', 'projector', 'embedding', 'transformer_decoder', 'ln_f']", (2 * Vision) + (2 * Projector) + Blocks + (2 * Head))]
    public void Operations_of_a_step_are_those_counted_by_hand(string freeze, double expected)
    {
        using var training = new MadeTraining();
        using var scope = NewDisposeScope();
        var config = TrainConfig.Load(training.Yaml, [$"model.freeze={freeze}"]).Model;
        using var model = LlavaModel.Create(config, CPU, ScalarType.Float32);
        model.TrainAllBut(FreezePatterns.Frozen(config.Freeze, [.. model.named_parameters().Select(entry => entry.name)]));
        using var batch = new MicroBatch(zeros(2, 3, 8, 8), zeros(2, 12, ScalarType.Int32), Supervision.Of(zeros(2, 12, ScalarType.Int32), zeros(2, 12, ScalarType.Int32)), null, [0, 1], SupervisedTokens: 13);

        Assert.Equal(expected, new StepArithmetic(model).Of(batch), expected * 1e-12);
    }
}
