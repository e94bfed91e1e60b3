using System.Text.Json;
using System.Text.RegularExpressions;
using Llava.Model.Checkpoints;
using TorchSharp;

namespace Llava.Train.Tests;

public sealed class TrainStageTests
{
    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Two_runs_in_two_folders_give_the_same_bytes(string mixedPrecision)
    {
        using var training = new MadeTraining();
        using var again = new MadeTraining();
        await training.RunAsync(training.Options("run", overrides: $"model.mixed_precision={mixedPrecision}"));
        await again.RunAsync(again.Options("elsewhere", overrides: $"model.mixed_precision={mixedPrecision}"));

        Assert.Equal(training.Weights("run", 12), again.Weights("elsewhere", 12));
        Assert.Equal(File.ReadAllBytes(training.CheckpointFile("run", 12, "optimizer.safetensors")), File.ReadAllBytes(again.CheckpointFile("elsewhere", 12, "optimizer.safetensors")));
        Assert.Equal(training.Metrics("run"), again.Metrics("elsewhere"));
        Assert.Equal(12, training.Metrics("run").Length);
    }

    [Theory]
    [InlineData(1, "false")]
    [InlineData(5, "true")]
    [InlineData(7, "false")]
    [InlineData(11, "true")]
    public async Task A_stopped_run_goes_on_to_the_same_bits(int step, string mixedPrecision)
    {
        using var training = new MadeTraining();
        var overrides = $"model.mixed_precision={mixedPrecision}";
        await training.RunAsync(training.Options("whole", overrides: overrides));
        await training.RunUntilAsync(training.Options("stopped", overrides: overrides), step);
        Assert.Equal(step, training.Metrics("stopped").Length);
        await training.RunAsync(training.Options("stopped", overrides: overrides));

        Assert.Equal(training.Weights("whole", 12), training.Weights("stopped", 12));
        Assert.Equal(training.Metrics("whole"), training.Metrics("stopped"));
    }

    [Fact]
    public async Task Metrics_after_the_last_checkpoint_are_dropped_when_a_killed_run_goes_on()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("whole"));
        await training.RunUntilAsync(training.Options("killed"), 7);
        Directory.Delete(training.PathOf("killed/checkpoint_7"), recursive: true);
        await training.RunAsync(training.Options("killed"));

        Assert.Equal(training.Metrics("whole"), training.Metrics("killed"));
        Assert.Equal(training.Weights("whole", 12), training.Weights("killed", 12));
    }

    [Fact]
    public async Task A_finished_run_says_so_and_does_nothing()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run"));
        var before = File.GetLastWriteTimeUtc(training.PathOf("run/metrics.jsonl"));
        await training.RunAsync(training.Options("run"));

        Assert.Equal($"nothing to do: {training.PathOf("run/checkpoint_12")} is at step 12 of 12", training.Log.Messages[^1]);
        Assert.Equal(before, File.GetLastWriteTimeUtc(training.PathOf("run/metrics.jsonl")));
    }

    [Fact]
    public async Task A_longer_run_goes_on_from_a_shorter_one()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("whole"));
        await training.RunAsync(training.Options("short", overrides: "runconfig.max_steps=6"));
        await training.RunAsync(training.Options("short"));

        Assert.Equal(training.Weights("whole", 12), training.Weights("short", 12));
    }

    [Fact]
    public async Task Weights_alone_start_at_step_0_with_a_fresh_optimizer()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("phase1", overrides: "model.freeze=['^image_model', '^text_model']"));
        await training.RunAsync(training.Options("phase2", checkpoint: training.PathOf("phase1"), overrides: "runconfig.load_checkpoint_states=model"));

        Assert.Equal(12, training.Metrics("phase2").Length);
        Assert.NotEqual(training.Weights("phase1", 12), training.Weights("phase2", 12));
    }

    [Fact]
    public async Task Evaluation_writes_loss_perplexity_and_token_accuracy()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run"));
        await training.RunAsync(training.Options("run", TrainMode.Eval) with { CheckpointPath = null });

        using var result = JsonDocument.Parse(File.ReadAllText(training.PathOf("run/eval.json")));
        var loss = result.RootElement.GetProperty("loss").GetDouble();
        Assert.Equal(12, result.RootElement.GetProperty("step").GetInt32());
        Assert.Equal(MadeTraining.SampleCount, result.RootElement.GetProperty("sequences").GetInt32());
        Assert.Equal(Math.Exp(loss), result.RootElement.GetProperty("perplexity").GetDouble(), 1e-9);
        Assert.InRange(result.RootElement.GetProperty("token_accuracy").GetDouble(), 0.0, 1.0);
    }

    [Fact]
    public async Task Training_and_evaluation_together_train_the_same_weights()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("alone"));
        await training.RunAsync(training.Options("watched", TrainMode.TrainAndEval, overrides: ["runconfig.eval_frequency=4"]));

        Assert.Equal(training.Weights("alone", 12), training.Weights("watched", 12));
        Assert.Equal(3, training.Metrics("watched").Count(line => line.Contains("\"eval\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_checkpoint_that_does_best_on_the_evaluation_data_stays()
    {
        using var training = new MadeTraining();
        // From step 7 on a rate that wrecks the model: an evaluation before is the best.
        await training.RunAsync(training.Options("run", TrainMode.TrainAndEval, null, "runconfig.eval_frequency=2", "runconfig.checkpoint_steps=1", "runconfig.max_checkpoints=1", "optimizer.learning_rate={scheduler: PiecewiseConstant, learning_rates: [0.01, 5], milestones: [6]}"));

        var evaluations = training.Metrics("run").Where(line => line.Contains("\"eval\"")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var best = evaluations.MinBy(line => line.GetProperty("eval").GetProperty("loss").GetDouble()).GetProperty("step").GetInt64();
        Assert.NotEqual(12, best);
        Assert.Equal([$"checkpoint_12", $"checkpoint_{best}"], Directory.GetDirectories(training.PathOf("run")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(best, JsonDocument.Parse(File.ReadAllText(training.PathOf("run/best_checkpoint.json"))).RootElement.GetProperty("step").GetInt64());
    }

    [Theory]
    [InlineData("full", "false")]
    [InlineData("every_2", "false")]
    [InlineData("full", "true")]
    public async Task Activation_checkpointing_changes_no_bit(string checkpointing, string mixedPrecision)
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("kept", overrides: $"model.mixed_precision={mixedPrecision}"));
        await training.RunAsync(training.Options("recomputed", overrides: [$"model.mixed_precision={mixedPrecision}", $"runconfig.activation_checkpointing={checkpointing}"]));

        Assert.Equal(training.Weights("kept", 12), training.Weights("recomputed", 12));
        Assert.Equal(training.Metrics("kept"), training.Metrics("recomputed"));
    }

    [Fact]
    public async Task Epochs_count_in_whole_batches()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run", overrides: ["runconfig.max_steps=null", "runconfig.num_epochs=2"]));

        Assert.Equal(2 * (MadeTraining.SampleCount / 4), training.Metrics("run").Length);
    }

    [Fact]
    public async Task A_stopped_run_with_grouped_batches_goes_on_to_the_same_bits()
    {
        using var training = new MadeTraining();
        string[] overrides = ["train_input.group_by_modality_length=true", "runconfig.max_steps=11"];
        await training.RunAsync(training.Options("whole", overrides: overrides));
        await training.RunUntilAsync(training.Options("stopped", overrides: overrides), 9);
        await training.RunAsync(training.Options("stopped", overrides: overrides));

        Assert.Equal(training.Weights("whole", 11), training.Weights("stopped", 11));
        Assert.Equal(training.Metrics("whole"), training.Metrics("stopped"));
    }

    [Fact]
    public async Task An_estimate_needs_neither_data_nor_weights()
    {
        using var training = new MadeTraining();
        Directory.Delete(training.PathOf("data"), recursive: true);
        await training.RunAsync(training.Options("run", TrainMode.Estimate, training.PathOf("nowhere")));

        Assert.Contains(training.Log.Messages, message => Regex.IsMatch(message, @"^0\.\d\d\d GB in all, of \d+\.\d\d\d GB here; beside it 0\.000 GB for writing a checkpoint during the next steps, where free$"));
    }

    [Fact]
    public async Task An_estimate_for_a_GPU_needs_none()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("run", TrainMode.Estimate, training.PathOf("nowhere")) with { Device = "cuda" });

        Assert.Contains(training.Log.Messages, message => message.EndsWith(" GB  batches and pictures read ahead (on the host)", StringComparison.Ordinal));
        Assert.Contains(training.Log.Messages, message => Regex.IsMatch(message, @"^0\.\d\d\d GB in all(, of \d+\.\d\d\d GB here)?; beside it "));
    }

    [Fact]
    public async Task Mixed_precision_follows_float32_and_stores_what_is_frozen_in_bfloat16()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("single"));
        await training.RunAsync(training.Options("mixed", overrides: "model.mixed_precision=true"));

        Assert.Equal(LastLoss(training.Metrics("single")), LastLoss(training.Metrics("mixed")), 0.05);
        using var weights = CheckpointFolder.Open(training.CheckpointFile("mixed", 12, "model.safetensors"));
        Assert.All(weights.Tensors, tensor => Assert.Equal(tensor.Name.StartsWith("image_model", StringComparison.Ordinal) ? ElementType.BFloat16 : ElementType.Float32, tensor.ElementType));
        using var moments = CheckpointFolder.Open(training.CheckpointFile("mixed", 12, "optimizer.safetensors"));
        Assert.All(moments.Tensors, tensor => Assert.Equal(ElementType.Float32, tensor.ElementType));
    }

    [Fact]
    public async Task Token_exact_accumulation_does_not_depend_on_the_micro_batch()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("two", overrides: "optimizer.token_exact_accumulation=true"));
        await training.RunAsync(training.Options("four", overrides: ["optimizer.token_exact_accumulation=true", "train_input.micro_batch_size=4"]));

        Assert.Equal(LastLoss(training.Metrics("two")), LastLoss(training.Metrics("four")), 1e-5);
    }

    // libtorch keeps the number by thread: one that computed for an earlier run has that run's.
    [Fact]
    public void Each_run_computes_with_its_own_number_of_threads()
    {
        using var training = new MadeTraining();
        foreach (var (run, threads) in new[] { 2, 1, 3, 1 }.Index())
        {
            var seen = new HashSet<int>();
            var log = new RecordingLog { OnProgress = progress => { if (progress.Activity == "training") seen.Add(torch.get_num_threads()); } };
            // Started from a thread of its own, so that another one computes.
            var caller = new Thread(() => TrainStage.RunAsync(training.Options($"run-{run}") with { Threads = threads }, log).GetAwaiter().GetResult());
            caller.Start();
            caller.Join();
            Assert.Equal([threads], seen);
        }
    }

    [Fact]
    public async Task No_live_tensor_is_left_over_between_steps()
    {
        using var training = new MadeTraining();
        var live = new List<long>();
        var log = new RecordingLog { OnProgress = progress => { if (progress.Activity == "training") live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount); } };
        await TrainStage.RunAsync(training.Options("run"), log);

        Assert.Equal(12, live.Count);
        Assert.All(live.Skip(1).SkipLast(1), count => Assert.Equal(live[1], count));
        Assert.InRange(live[^1], 0, live[1]); // no batch is ahead of the last step
    }

    static double LastLoss(string[] metrics)
    {
        using var line = JsonDocument.Parse(metrics[^1] + "}");
        return line.RootElement.GetProperty("loss").GetDouble();
    }
}
