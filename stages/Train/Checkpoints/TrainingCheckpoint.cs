using Llava.Contracts.Diagnostics;
using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Train.Optimization;

namespace Llava.Train.Checkpoints;

/// <summary>What a checkpoint folder holds beside the weights, and how a run takes it up; <see cref="CheckpointSnapshot"/> writes it.</summary>
static class TrainingCheckpoint
{
    public const string OptimizerFileName = "optimizer.safetensors";

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
    }
}
