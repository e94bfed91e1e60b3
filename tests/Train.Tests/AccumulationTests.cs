using Llava.Contracts.Diagnostics;
using Llava.Train.Configuration;

namespace Llava.Train.Tests;

public sealed class AccumulationTests
{
    [Fact]
    public async Task So_many_batches_make_the_step_that_one_batch_of_their_size_makes_in_as_many_parts()
    {
        using var training = new MadeTraining();
        await training.RunAsync(training.Options("cut"));
        await training.RunAsync(training.Options("joined", overrides: ["train_input.batch_size=2", "train_input.micro_batch_size=null", "optimizer.grad_accum_steps=2"]));

        Assert.Equal(training.Weights("cut", 12), training.Weights("joined", 12));
        Assert.Equal(training.Metrics("cut"), training.Metrics("joined"));
    }

    [Fact]
    public void Every_micro_batch_is_a_whole_batch()
    {
        using var training = new MadeTraining();
        var config = TrainConfig.Load(training.Yaml, ["train_input.batch_size=10", "train_input.micro_batch_size=null", "optimizer.grad_accum_steps=3"]);

        Assert.Equal((30, 10), (config.Sections.TrainInput!.BatchSize, TrainingSchedule.MicroBatchOf(config)));
    }

    [Fact]
    public void Batches_to_be_joined_and_batches_to_be_cut_contradict_each_other()
    {
        using var training = new MadeTraining();

        var error = Assert.Throws<DiagnosticException>(() => TrainConfig.Load(training.Yaml, ["optimizer.grad_accum_steps=2"]));

        Assert.Matches(@"^.*train\.yaml\(\d+,\d+\): error LLAVA1006: optimizer has grad_accum_steps 2, and train_input has micro_batch_size 2: a step is either so many batches or one that is cut; give one of them$", error.Message);
    }
}
