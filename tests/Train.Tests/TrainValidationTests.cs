using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Llava.Contracts.Diagnostics;

namespace Llava.Train.Tests;

public sealed class TrainValidationTests
{
    [Fact]
    public async Task It_makes_a_step_and_an_evaluation_and_writes_nothing_at_all()
    {
        using var training = new MadeTraining();
        var before = Tree(training);
        await training.RunAsync(training.Options("never", TrainMode.Validate));

        Assert.Equal(before, Tree(training));
        Assert.Matches(new Regex(@"^everything fits: 25 trainable tensors, loss \d\.\d+, \d\.\d+ on eval_input, gradient norm \d+\.\d+, 12 steps to make; nothing was written$"), training.Log.Messages[^1]);
    }

    [Fact]
    public async Task It_stands_where_the_training_would_go_on_and_writes_nothing_there_either()
    {
        using var training = new MadeTraining();
        await training.RunUntilAsync(training.Options("run"), step: 7);
        var before = Tree(training);
        await training.RunAsync(training.Options("run", TrainMode.Validate));

        Assert.Equal(before, Tree(training));
        Assert.EndsWith(", 5 steps to make; nothing was written", training.Log.Messages[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluation_data_that_is_not_there_does_not_fit()
    {
        using var training = new MadeTraining();

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("never", TrainMode.Validate, overrides: ["eval_input.data_dir=/nowhere/h5", "eval_input.img_data_dir=/nowhere/images"])));

        Assert.Equal(
            ["/nowhere/h5: error LLAVA1001: data_dir: there is no such folder", "/nowhere/images: error LLAVA1001: img_data_dir: there is no such folder"],
            error.Diagnostics.Select(problem => problem.ToString()));
    }

    [Fact]
    public async Task Evaluation_data_that_gives_no_number_does_not_fit()
    {
        using var training = new MadeTraining();
        Directory.CreateDirectory(training.PathOf("empty"));

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("never", TrainMode.Validate, overrides: $"eval_input.data_dir={training.PathOf("empty")}")));

        Assert.StartsWith(training.PathOf("empty"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_folder_that_training_would_refuse_does_not_fit()
    {
        using var training = new MadeTraining();
        await training.RunUntilAsync(training.Options("run"), step: 5);
        var other = training.Options("run", overrides: "optimizer.max_gradient_norm=2.0");

        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(other));
        var invalid = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(other with { Mode = TrainMode.Validate }));

        Assert.Equal($"{training.PathOf("run/checkpoint_5")}: error LLAVA5006: optimizer.max_gradient_norm was 1 when this checkpoint was made and is 2 now: choose another --model-dir, or set it back", invalid.Message);
        Assert.Equal(refused.Message, invalid.Message);
    }

    // Every file and folder of the training's own folder, by name and content.
    static string[] Tree(MadeTraining training) =>
    [
        .. Directory.EnumerateFileSystemEntries(training.PathOf("."), "*", SearchOption.AllDirectories)
            .Select(path => $"{path} {(File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "folder")}")
            .Order(StringComparer.Ordinal),
    ];
}
