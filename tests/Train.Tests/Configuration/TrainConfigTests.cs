using Llava.Contracts.Diagnostics;
using Llava.Train.Configuration;
using Llava.Train.Schedules;

namespace Llava.Train.Tests.Configuration;

public sealed class TrainConfigTests
{
    const string Documented = "configs/7b/params_llava_v1p5_pretrain_7b_phase2_MSL2K.yaml";

    [Fact]
    public void Every_yaml_of_the_recipes_loads()
    {
        var files = Directory.GetFiles(Repository.PathOf("configs"), "params_*.yaml", SearchOption.AllDirectories);

        Assert.Equal(6, files.Length);
        Assert.All(files, file => TrainConfig.Load(file));
    }

    [Fact]
    public void A_documented_yaml_means_what_it_says()
    {
        var config = TrainConfig.Load(Repository.PathOf(Documented));

        Assert.Equal((216, 72), (config.Sections.TrainInput!.BatchSize, config.Sections.TrainInput.MicroBatchSequences));
        Assert.Equal((5197, 1000, 3, "model"), (config.Run.MaxSteps, config.Run.CheckpointSteps, config.Run.MaxCheckpoints, config.Run.LoadCheckpointStates));
        Assert.Equal(("AdamW", 1e-8, 1.0, 0.0), (config.Optimizer.OptimizerType, config.Optimizer.Epsilon, config.Optimizer.MaxGradientNorm, config.Optimizer.WeightDecay));
        Assert.Equal(["^image_model"], config.Model.Freeze);
    }

    [Fact]
    public void Overrides_replace_single_values()
    {
        var config = TrainConfig.Load(Repository.PathOf(Documented), ["train_input.data_dir=/elsewhere", "runconfig.max_steps=3", "optimizer.learning_rate=0.5"]);

        Assert.Equal(["/elsewhere"], config.Sections.TrainInput!.DataFolders);
        Assert.Equal(3, config.Run.MaxSteps);
        Assert.Equal(new ConstantSchedule { LearningRate = 0.5 }, config.Schedule);
    }

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        var error = Assert.Throws<DiagnosticException>(() => TrainConfig.Load(
            Repository.PathOf(Documented), ["optimizer.betaz=[0.9, 0.99]", "runconfig.max_steps=many", "optimizer.learning_rate={scheduler: Cosin, total_iters: 3}"]));

        Assert.Equal(
            [
                "--set optimizer.betaz: error LLAVA1003: unknown key optimizer.betaz; did you mean betas?",
                "--set runconfig.max_steps: error LLAVA1004: runconfig.max_steps must be a whole number, but is \"many\"",
                "--set optimizer.learning_rate: error LLAVA1006: optimizer.learning_rate.scheduler is \"Cosin\", but must be one of constant, linear, polynomial, cosinedecay, cosineannealing, exponential, inversesquarerootdecay, step, multistep, piecewiseconstant",
            ],
            error.Diagnostics.Select(problem => problem.ToString()));
    }
}
