using Llava.Contracts.Diagnostics;

namespace Llava.Train.Tests;

/// <summary>What a training does not begin with, or stops at.</summary>
public sealed class RefusedTrainingTests
{
    [Fact]
    public async Task Every_missing_folder_and_the_missing_checkpoint_are_named_at_once()
    {
        using var training = new MadeTraining();
        var (data, pictures, checkpoint) = (training.PathOf("no-data"), training.PathOf("no-pictures"), training.PathOf("no-checkpoint"));
        var options = training.Options("run", checkpoint: checkpoint, overrides: [$"train_input.data_dir={data}", $"train_input.img_data_dir={pictures}"]);
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(options));

        Assert.Equal(
            [
                $"{data}: error LLAVA1001: data_dir: there is no such folder",
                $"{pictures}: error LLAVA1001: img_data_dir: there is no such folder",
                $"{checkpoint}: error LLAVA5009: there is no such checkpoint",
            ],
            failure.Diagnostics.Select(problem => problem.ToString()));
        Assert.False(Directory.Exists(training.PathOf("run")));
    }

    [Fact]
    public async Task A_checkpoint_made_with_other_settings_is_refused()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run"));

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run", overrides: "optimizer.max_gradient_norm=2.0")));

        Assert.Equal($"{training.PathOf("run/checkpoint_12")}: error LLAVA5006: optimizer.max_gradient_norm was 1 when this checkpoint was made and is 2 now: choose another --model-dir, or set it back", error.Message);
    }

    [Fact]
    public async Task A_batch_without_supervision_is_named()
    {
        using var training = new MadeTraining(emptyMaskFrom: 0);

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run", overrides: "train_input.shuffle=false")));

        Assert.Equal("llava: error LLAVA5004: step 1: the loss mask is empty for all samples of a micro-batch: 0, 1", error.Message);
    }

    [Fact]
    public async Task A_batch_without_supervision_late_in_the_run_is_named_before_the_first_step()
    {
        using var training = new MadeTraining(emptyMaskFrom: 18);

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run", overrides: "train_input.shuffle=false")));

        Assert.Equal("llava: error LLAVA5004: step 5: the loss mask is empty for all samples of a micro-batch: 18, 19", error.Message);
        Assert.DoesNotContain(training.Log.Activities, activity => activity == "training");
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_costs_none_of_the_steps_before_it()
    {
        using var training = new MadeTraining();
        string[] overrides = ["train_input.shuffle=false", "runconfig.checkpoint_steps=0"];
        await training.RunAsync(training.Options("whole", overrides: overrides));
        var picture = training.PathOf($"images/{MadeTraining.LastPicture}.png");
        var bytes = File.ReadAllBytes(picture);
        File.WriteAllBytes(picture, bytes[..^20]);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run", overrides: overrides)));
        Assert.StartsWith(picture, error.Message, StringComparison.Ordinal);
        Assert.Equal(7, training.Metrics("run").Length);
        Assert.True(File.Exists(training.CheckpointFile("run", 7, "training_state.json")));

        File.WriteAllBytes(picture, bytes);
        await training.RunAsync(training.Options("run", overrides: overrides));

        Assert.Equal(training.Weights("whole", 12), training.Weights("run", 12));
        Assert.Equal(training.Metrics("whole"), training.Metrics("run"));
    }

    [Fact]
    public async Task Nothing_to_start_from_is_an_error()
    {
        using var training = new MadeTraining();

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run") with { CheckpointPath = null }));

        Assert.Equal($"{training.PathOf("run")}: error LLAVA5009: the folder has no checkpoint to go on from, and neither --checkpoint-path nor runconfig.checkpoint_path is given", error.Message);
    }

    [Theory]
    [InlineData("""{"image_patch_info": {"image_patch_start_idx": 3}}""", "the image starts at position 3 of these samples, but model.image_start_idx is 1")]
    [InlineData("""{"dataset": {"num_patches": 17}}""", "dataset.num_patches of these samples is 17, but the model's image and patch size make 4")]
    public async Task Samples_that_were_made_for_another_model_are_refused(string dataParameters, string complaint)
    {
        using var training = new MadeTraining();
        File.WriteAllText(training.PathOf("data/data_params.json"), dataParameters);

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run")));

        Assert.Equal($"{training.PathOf("data/data_params.json")}: error LLAVA5012: {complaint}", error.Message);
    }
}
