using Llava.Contracts.Diagnostics;

namespace Llava.Train.Tests;

/// <summary>Steps whose loss or gradient is no number any more.</summary>
public sealed class NotFiniteTests
{
    // A rate that wrecks the model at the second step, and samples in the files' order.
    static readonly string[] Wrecking = ["train_input.shuffle=false", "optimizer.learning_rate=1e30"];

    [Fact]
    public async Task The_first_gradient_that_is_not_finite_is_named_with_every_sample_of_the_step()
    {
        using var training = new MadeTraining();
        // The projector's first layer sees features of 1e30 and makes them small: only the square of its weight's gradient is too large for float32.
        training.ChangeInitial((name, tensor) =>
        {
            if (name == "image_model.encoder.transformer_encoder.layers.0.ffn.ffn.1.linear_layer.bias")
                tensor.fill_(1e30);
            else if (name == "projector_image_model.ffn.0.linear_layer.weight")
                tensor.mul_(1e-30);
        });

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run", overrides: ["train_input.shuffle=false", "train_input.batch_size=12", "train_input.micro_batch_size=4"])));

        Assert.Matches(@"^llava: error LLAVA5005: step 1: the loss is \d\.\d+ and the gradient norm Infinity; 1 of 25 gradients are not finite, the first of projector_image_model\.ffn\.0\.linear_layer\.weight; samples 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11$", error.Message);
    }

    [Fact]
    public async Task The_run_stops_with_its_samples_and_its_state_saved()
    {
        using var training = new MadeTraining();

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run", overrides: Wrecking)));

        Assert.Matches(@"^llava: error LLAVA5005: step 2: the loss is NaN and the gradient norm NaN; 25 of 25 gradients are not finite, the first of text_model\.embedding_layer\.word_embeddings\.weight; samples 4, 5, 6, 7$", error.Message);
        Assert.True(File.Exists(training.CheckpointFile("run", 1, "training_state.json")));
    }

    [Fact]
    public async Task A_step_that_is_found_late_leaves_the_same_state()
    {
        using var training = new MadeTraining();
        string[] broken = [.. Wrecking, "runconfig.checkpoint_steps=0"];
        var early = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("early", overrides: broken)));
        var late = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("late", overrides: [.. broken, "runconfig.log_steps=10"])));

        Assert.Equal(early.Message, late.Message);
        var step = int.Parse(early.Message.Split("step ")[1].Split(':')[0]) - 1;
        Assert.Equal(training.Weights("early", step), training.Weights("late", step));
        Assert.Equal(File.ReadAllBytes(training.CheckpointFile("early", step, "optimizer.safetensors")), File.ReadAllBytes(training.CheckpointFile("late", step, "optimizer.safetensors")));
    }

    [Fact]
    public async Task Where_numbers_are_not_checked_the_run_goes_on_and_writes_null()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run", overrides: [.. Wrecking, "runconfig.check_loss_values=false"]));

        Assert.Equal(12, training.Metrics("run").Length);
        Assert.StartsWith("{\"step\":12,\"loss\":null,\"learning_rate\":1E+30,\"gradient_norm\":null,", training.Metrics("run")[^1], StringComparison.Ordinal);
    }
}
