using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Train.Tests;

/// <summary>What ends a run between two steps, while it evaluates.</summary>
public sealed class StoppedEvaluationTests
{
    static readonly string[] EveryFour = ["runconfig.eval_frequency=4", "runconfig.checkpoint_steps=0"];

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 8)]
    [InlineData(3, 12)]
    public async Task A_run_that_is_stopped_while_it_evaluates_loses_no_step_and_evaluates_again(int evaluation, int step)
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("whole", TrainMode.TrainAndEval, overrides: EveryFour));
        await MadeTraining.RunUntilAsync(training.Options("stopped", TrainMode.TrainAndEval, overrides: EveryFour), MiddleOf(evaluation));
        Assert.True(File.Exists(training.CheckpointFile("stopped", step, "training_state.json")));
        Assert.Equal(step + evaluation - 1, training.Metrics("stopped").Length);

        await training.RunAsync(training.Options("stopped", TrainMode.TrainAndEval, overrides: EveryFour));

        Assert.Equal(training.Weights("whole", 12), training.Weights("stopped", 12));
        Assert.Equal(training.Metrics("whole"), training.Metrics("stopped"));
        Assert.Equal(File.ReadAllText(training.PathOf("whole/best_checkpoint.json")), File.ReadAllText(training.PathOf("stopped/best_checkpoint.json")));
        await training.RunAsync(training.Options("stopped", TrainMode.TrainAndEval, overrides: EveryFour));
        Assert.Equal($"nothing to do: {training.PathOf("stopped/checkpoint_12")} is at step 12 of 12", training.Log.Messages[^1]);
    }

    [Fact]
    public async Task An_evaluation_that_is_not_finite_ends_the_run_with_its_samples_and_its_state_saved()
    {
        using var training = new MadeTraining();
        var overrides = WithABadRow(training);

        var error = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run", TrainMode.TrainAndEval, overrides: overrides)));
        var again = await Assert.ThrowsAsync<DiagnosticException>(() => training.RunAsync(training.Options("run", TrainMode.TrainAndEval, overrides: overrides)));

        Assert.Equal("llava: error LLAVA5005: evaluation after step 4: the loss is NaN; samples 0, 1 of eval_input", error.Message);
        Assert.Equal(error.Message, again.Message);
        Assert.True(File.Exists(training.CheckpointFile("run", 4, "training_state.json")));
        Assert.Equal(4, training.Metrics("run").Length);
    }

    [Fact]
    public async Task Where_numbers_are_not_checked_what_is_not_finite_is_null_in_every_file()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run", TrainMode.TrainAndEval, overrides: [.. WithABadRow(training), "runconfig.check_loss_values=false"]));

        var evaluations = training.Metrics("run").Where(line => line.Contains("\"eval\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, evaluations.Count);
        Assert.StartsWith("{\"step\":4,\"eval\":{\"step\":4,\"loss\":null,\"perplexity\":null,", evaluations[0], StringComparison.Ordinal);
        Assert.Contains("\"loss\": null", File.ReadAllText(training.PathOf("run/eval.json")), StringComparison.Ordinal);
        Assert.False(File.Exists(training.PathOf("run/best_checkpoint.json")));
    }

    // Only its embedding is bad, so that training, which never meets the token, does not see it.
    static string[] WithABadRow(MadeTraining training)
    {
        training.ChangeInitial((name, tensor) =>
        {
            if (name.EndsWith("word_embeddings.weight", StringComparison.Ordinal))
                tensor[MadeTraining.RareToken].fill_(double.NaN);
        });
        return [.. EveryFour, $"eval_input.data_dir={training.WriteRareSamples()}", "eval_input.shuffle=false"];
    }

    static Func<StageProgress, bool> MiddleOf(int evaluation)
    {
        var begun = 0;
        return progress =>
        {
            if (progress.Activity == "evaluating" && progress.Done == 4)
                begun++;
            return progress.Activity == "evaluating" && begun == evaluation;
        };
    }
}
