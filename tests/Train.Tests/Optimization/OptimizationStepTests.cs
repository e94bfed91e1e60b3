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

    /// <summary>What makes the host wait for a GPU, in the folders that a step runs through: each line, with the reason why it is none of a step's.</summary>
    [Fact]
    public void Only_these_lines_of_training_and_model_read_tensors_back()
    {
        (string File, string Line, string Why)[] allowed =
        [
            ("stages/Model/Gradients/HeadLoss.cs", "correct += scores_CV.argmax(1).eq(labels_C).sum().item<long>();", "evaluation: Score"),
            ("stages/Model/Gradients/HeadLoss.cs", "loss -= LogLikelihoods(scores_CV).gather(1, labels_C.unsqueeze(1)).sum().to(ScalarType.Float64).item<double>();", "evaluation: Score"),
            ("stages/Model/Supervision.cs", "var positions_N = loss_mask_BS.flatten().nonzero().squeeze(1);", "made of tensors of the host"),
            ("stages/Model/TensorReading.cs", "reader.Read(info, start * info.ElementType.SizeInBytes(), block.bytes);", "loads weights"),
            ("stages/Model/Text/AttentionMask.cs", "return any.item<bool>();", "inference and evaluation: ForBatch and ForVisible"),
            ("stages/Model/Text/RotaryTable.cs", "var (frequencies, magnitude) = RotaryFrequencies.Scale(inverse_R.data<float>().ToArray(), config);", "when the model is made"),
            ("stages/Train/BatchTensors.cs", "MemoryMarshal.AsBytes(values).CopyTo(host.bytes);", "fills tensors of the host"),
            ("stages/Train/Checkpoints/HostCopy.cs", "using var onHost = tensor.detach().cpu().contiguous();", "writes a checkpoint"),
            ("stages/Train/Checkpoints/TensorFiles.cs", "using var onHost = tensor.detach().cpu().contiguous();", "writes a checkpoint"),
            ("stages/Train/Metrics/MatrixRate.cs", "cuda.synchronize();", "before the first step"),
            ("stages/Train/Optimization/StepFigures.cs", "var norms = _figures.cpu().data<double>().ToArray()[2..];", "once a step was not finite"),
            ("stages/Train/Optimization/StepFigures.cs", "var read = cat([_figures.narrow(0, 0, 2), _skipped]).cpu().data<double>();", "once a logging interval, counted"),
        ];
        string[] readers = [".item<", ".item(", ".ToSingle(", ".ToDouble(", ".data<", ".cpu()", ".bytes)", "nonzero(", "masked_select(", "synchronize(", ".tolist("];
        string[] folders = ["stages/Train", "stages/Model/Gradients", "stages/Model/Layers", "stages/Model/Text", "stages/Model/Vision"];
        var files = folders.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)).Concat(Directory.EnumerateFiles(Repository.PathOf("stages/Model"), "*.cs"));

        var reading = files.SelectMany(file => File.ReadLines(file).Where(line => readers.Any(line.Contains)).Select(line => $"{Path.GetRelativePath(Repository.PathOf("."), file).Replace('\\', '/')}: {line.Trim()}"));

        Assert.Equal(allowed.Select(line => $"{line.File}: {line.Line}").Order(StringComparer.Ordinal), reading.Order(StringComparer.Ordinal));
    }
}
