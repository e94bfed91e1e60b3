using Llava.Contracts.Diagnostics;
using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Model.Configuration;
using Llava.Model.Mapping;
using Llava.Train.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Tests;

public sealed class LowRankAdapterTests
{
    static readonly string[] Peft = ["model.peft.rank=2", "model.peft.alpha=4", "runconfig.checkpoint_steps=0"];

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Adapters_and_the_projector_learn_and_all_else_stands_still(string mixedPrecision)
    {
        using var training = new MadeTraining();
        // What is frozen is stored in bfloat16: what training begins with is its own first checkpoint.
        await training.RunAsync(training.Options("run", overrides: [.. Peft, $"model.mixed_precision={mixedPrecision}", "runconfig.save_initial_checkpoint=true"]));

        using var before = CheckpointFolder.Open(training.PathOf("run/checkpoint_0"));
        using var after = CheckpointFolder.Open(training.PathOf("run/checkpoint_12"));
        var changed = before.Tensors.Where(tensor => !before.ReadBytes(tensor.Name).AsSpan().SequenceEqual(after.ReadBytes(tensor.Name))).Select(tensor => tensor.Name).Where(name => !name.Contains(".lora.")).ToList();
        Assert.NotEmpty(changed);
        Assert.All(changed, name => Assert.StartsWith("projector_image_model.", name));
        // Seven linear layers in each of two blocks, with A, B and their scaling.
        Assert.Equal(2 * 7 * 3, after.Tensors.Count(tensor => tensor.Name.Contains(".lora.")));
        Assert.All(after.Tensors.Where(tensor => tensor.Name.EndsWith(".lora.B", StringComparison.Ordinal)), tensor => Assert.Contains(after.ReadBytes(tensor.Name), value => value != 0));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Adapters_start_as_they_were_made(string mixedPrecision)
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run", overrides: [.. Peft, $"model.mixed_precision={mixedPrecision}", "runconfig.save_initial_checkpoint=true"]));

        using var scope = NewDisposeScope();
        using var checkpoint = CheckpointFolder.Open(training.PathOf("run/checkpoint_0"));
        var adapters = checkpoint.Tensors.Where(tensor => tensor.Name.Contains(".lora.")).ToList();
        Assert.Equal(2 * 7 * 3, adapters.Count);
        Assert.All(adapters, adapter =>
        {
            var values = checkpoint.ReadTensor(adapter.Name);
            var largest = values.abs().max().item<float>();
            Assert.Equal(ScalarType.Float32, values.dtype);
            switch (adapter.Name[^1])
            {
                case 'A':
                    // kaiming_uniform with a = sqrt(5): within 1 / sqrt(inputs).
                    Assert.InRange(largest, 1e-3, 1 / Math.Sqrt(adapter.Shape[1]));
                    break;
                case 'B':
                    Assert.Equal(0, largest);
                    break;
                default:
                    Assert.Equal(2, largest); // alpha 4 / rank 2
                    break;
            }
        });
    }

    [Theory]
    [InlineData("0.0", "false")]
    [InlineData("0.5", "false")]
    [InlineData("0.0", "true")]
    [InlineData("0.5", "true")]
    public async Task The_merged_model_gives_the_logits_of_the_adapted_one(string dropout, string mixedPrecision)
    {
        using var training = new MadeTraining();
        var options = training.Options("run", overrides: [.. Peft, $"model.peft.dropout={dropout}", $"model.mixed_precision={mixedPrecision}"]);
        await training.RunAsync(options);
        var config = TrainConfig.Load(options.ParamsPath, options.Overrides).Model;

        using var adapted = LlavaModel.Create(config, CPU, ScalarType.Float32);
        using var checkpoint = CheckpointFolder.Open(training.PathOf("run"));
        adapted.Load(checkpoint);
        using var mergedCheckpoint = LlavaCheckpoint.OpenModelZoo(training.PathOf("run"), training.Yaml);
        using var merged = LlavaModel.Create(config with { Peft = null }, CPU, ScalarType.Float32);
        merged.Load(mergedCheckpoint.Tensors);
        using var plain = LlavaModel.Create(config with { Peft = null }, CPU, ScalarType.Float32);
        using var initial = CheckpointFolder.Open(training.InitialCheckpoint);
        plain.Load(initial);

        Assert.InRange(LargestDifference(adapted, merged), 0, 1e-4);
        Assert.InRange(LargestDifference(adapted, plain), 1e-3, double.MaxValue);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task A_stopped_run_with_dropout_goes_on_to_the_same_bits(string mixedPrecision)
    {
        string[] overrides = [.. Peft, "model.peft.dropout=0.5", $"model.mixed_precision={mixedPrecision}"];
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("whole", overrides: overrides));
        await training.RunUntilAsync(training.Options("stopped", overrides: overrides), step: 7);
        await training.RunAsync(training.Options("stopped", overrides: overrides));

        Assert.Equal(training.Weights("whole", 12), training.Weights("stopped", 12));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Evaluation_drops_nothing(string mixedPrecision)
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run", overrides: [.. Peft, "model.peft.dropout=0.5", $"model.mixed_precision={mixedPrecision}"]));

        Assert.Equal(await EvaluationAsync(training, "0.0", mixedPrecision), await EvaluationAsync(training, "0.5", mixedPrecision));
    }

    [Fact]
    public async Task A_target_that_matches_nothing_is_an_error()
    {
        using var training = new MadeTraining();

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run", overrides: [.. Peft, "model.peft.target=query"])));

        Assert.Equal("llava: error LLAVA5002: model.peft.target: 'query' matches no linear layer of the language model", error.Message);
    }

    static async Task<string> EvaluationAsync(MadeTraining training, string dropout, string mixedPrecision)
    {
        await training.RunAsync(training.Options("run", TrainMode.Eval, overrides: [.. Peft, $"model.peft.dropout={dropout}", $"model.mixed_precision={mixedPrecision}"]) with { CheckpointPath = null });
        return await File.ReadAllTextAsync(training.PathOf("run/eval.json"), TestContext.Current.CancellationToken);
    }

    static double LargestDifference(LlavaModel first, LlavaModel second)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        first.eval();
        second.eval();
        var (images, tokens) = (linspace(-1, 1, 2 * 3 * 8 * 8).reshape(2, 3, 8, 8), arange(24, ScalarType.Int32).reshape(2, 12));
        return first.forward(images, tokens, null).sub(second.forward(images, tokens, null)).abs().max().item<float>();
    }
}
