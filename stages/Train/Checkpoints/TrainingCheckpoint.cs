using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Data.Loading;
using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Model.Checkpoints.Safetensors;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Checkpoints;

/// <summary>
/// What is in a checkpoint folder: the whole model under ModelZoo's names (frozen parts too, so that it can be exported
/// alone), both moments of the optimizer, the metrics so far and <see cref="TrainingState"/>.
/// </summary>
static class TrainingCheckpoint
{
    public const string OptimizerFileName = "optimizer.safetensors";

    public static Action<string> Writer(LlavaModel model, AdamW optimizer, string modelDirectory) => folder =>
    {
        new CheckpointWriter().Write(folder, CheckpointFormat.Safetensors, model.StateTensors().Select(entry => TensorFiles.SourceOf(entry.Name, entry.Tensor)));
        SafetensorsWriter.Write(Path.Combine(folder, OptimizerFileName), optimizer.State.Select(entry => TensorFiles.SourceOf(entry.Name, entry.Tensor)));
        AtomicFile.WriteAllBytes(Path.Combine(folder, MetricsFile.FileName), File.ReadAllBytes(Path.Combine(modelDirectory, MetricsFile.FileName)));
    };

    public static TrainingState StateOf(long step, LoaderPosition position, IReadOnlyDictionary<string, string> settings)
    {
        using var random = get_rng_state();
        return new TrainingState(TrainingState.CurrentFormat, step, position, Convert.ToBase64String(random.bytes), settings, new Dictionary<string, CheckpointFile>());
    }

    public static void LoadWeights(LlavaModel model, string path)
    {
        using var checkpoint = CheckpointFolder.Open(path);
        model.Load(checkpoint);
    }

    /// <exception cref="DiagnosticException">The optimizer's state is missing or does not fit the trainable parameters.</exception>
    public static void LoadOptimizer(AdamW optimizer, string folder, TrainingState state)
    {
        using var checkpoint = CheckpointFolder.Open(Path.Combine(folder, OptimizerFileName));
        foreach (var (name, moment) in optimizer.State)
            TensorFiles.Fill(checkpoint, name, moment);
        optimizer.ResumeAt(state.Step);
        using var random = tensor(Convert.FromBase64String(state.RandomState));
        set_rng_state(random);
    }
}
