using Llava.Data.Loading;
using Llava.Model;
using Llava.Train.Configuration;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using static TorchSharp.torch;

namespace Llava.Train.Tests.Optimization;

public sealed class OptimizationStepTests
{
    [Fact]
    public void The_host_waits_for_the_device_once_a_logging_interval()
    {
        using var training = new MadeTraining();
        using var scope = NewDisposeScope();
        var options = training.Options("run", overrides: ["runconfig.log_steps=4", "runconfig.checkpoint_steps=0"]);
        var config = TrainConfig.Load(options.ParamsPath, options.Overrides);
        using var model = LlavaModel.Create(config.Model, CPU, ScalarType.Float32);
        model.TrainAllBut(FreezePatterns.Frozen(config.Model.Freeze, [.. model.named_parameters().Select(entry => entry.name)]));
        Train.Checkpoints.TrainingCheckpoint.LoadWeights(model, training.InitialCheckpoint);
        using var step = new OptimizationStep(model, config.Optimizer, config.Schedule, checksNumbers: true);
        using var loader = LlavaDataLoader.Open(config.Sections.TrainInput!);
        Directory.CreateDirectory(options.ModelDirectory);
        using (var metrics = MetricsRecord.Open(options.ModelDirectory, savedPath: null, stepsDone: 0))
            new TrainingLoop(config, options, model, loader, step, TrainingSchedule.Of(config, loader.SamplesPerEpoch, training.Log), training.Log).Run(metrics, evaluate: null, CancellationToken.None);

        Assert.Equal(12, config.Run.MaxSteps);
        Assert.Equal(3, step.HostReads);
        Assert.Equal(3, training.Metrics("run").Length);
    }

    /// <summary>What makes the host wait for a GPU, in the folders that a step runs through: with the reason why each is none of a step's.</summary>
    [Fact]
    public void Only_these_lines_of_training_and_model_read_tensors_back()
    {
        Dictionary<string, string> allowed = new()
        {
            ["stages/Train/Optimization/StepFigures.cs"] = "once a logging interval, counted",
            ["stages/Train/Checkpoints/HostCopy.cs"] = "writes a checkpoint",
            ["stages/Train/Checkpoints/TensorFiles.cs"] = "writes a checkpoint",
            ["stages/Train/BatchTensors.cs"] = "fills tensors of the host",
            ["stages/Train/Metrics/MatrixRate.cs"] = "before the first step",
            ["stages/Model/Supervision.cs"] = "made of tensors of the host",
            ["stages/Model/Gradients/HeadLoss.cs"] = "evaluation: Score",
            ["stages/Model/Text/AttentionMask.cs"] = "inference: ForBatch and ForVisible",
            ["stages/Model/Text/RotaryTable.cs"] = "when the model is made",
            ["stages/Model/TensorReading.cs"] = "loads weights",
        };
        string[] readers = [".item<", ".item(", ".ToSingle(", ".ToDouble(", ".data<", ".cpu()", ".bytes)", "nonzero(", "masked_select(", "synchronize(", ".tolist("];
        string[] folders = ["stages/Train", "stages/Model/Gradients", "stages/Model/Layers", "stages/Model/Text", "stages/Model/Vision"];
        var files = folders.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)).Concat(Directory.EnumerateFiles(Repository.PathOf("stages/Model"), "*.cs"));

        var reading = files.Where(file => readers.Any(File.ReadAllText(file).Contains)).Select(file => Path.GetRelativePath(Repository.PathOf("."), file).Replace('\\', '/')).ToHashSet();

        Assert.Equal(allowed.Keys.Order(StringComparer.Ordinal), reading.Order(StringComparer.Ordinal));
    }
}
