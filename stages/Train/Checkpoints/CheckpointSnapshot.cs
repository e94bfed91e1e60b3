using Llava.Contracts.Files;
using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Model.Checkpoints.Safetensors;
using Llava.Train.Metrics;
using Llava.Train.Optimization;
using static TorchSharp.torch;

namespace Llava.Train.Checkpoints;

/// <summary>
/// One moment of a training, ready to be written: the whole model under ModelZoo's names (frozen parts too, so that it can be
/// exported alone), both moments of the optimizer, the metrics so far. What training changes is either copied or, where memory is
/// short, read when it is written, and training has to wait.
/// </summary>
sealed class CheckpointSnapshot : IDisposable
{
    readonly List<HostCopy> _copies = [];
    readonly IReadOnlyList<TensorSource> _model, _optimizer;
    readonly byte[] _metrics;

    CheckpointSnapshot(LlavaModel model, AdamW optimizer, string modelDirectory, bool copies)
    {
        IsIndependent = copies;
        try
        {
            _model = [.. model.StateTensors().Select(entry => SourceOf(entry.Name, entry.Tensor, copies && entry.Tensor.requires_grad))];
            _optimizer = [.. optimizer.State.Select(entry => SourceOf(entry.Name, entry.Tensor, copies))];
            _metrics = File.ReadAllBytes(Path.Combine(modelDirectory, MetricsFile.FileName));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Training may go on while this is written.</summary>
    public bool IsIndependent { get; }

    public static CheckpointSnapshot Take(LlavaModel model, AdamW optimizer, string modelDirectory)
    {
        using var scope = NewDisposeScope();
        return new CheckpointSnapshot(model, optimizer, modelDirectory, copies: CopyFits(model, optimizer));
    }

    public void WriteTo(string folder)
    {
        new CheckpointWriter().Write(folder, CheckpointFormat.Safetensors, _model);
        SafetensorsWriter.Write(Path.Combine(folder, TrainingCheckpoint.OptimizerFileName), _optimizer);
        AtomicFile.WriteAllBytes(Path.Combine(folder, MetricsFile.FileName), _metrics);
    }

    public void Dispose() => _copies.ForEach(copy => copy.Dispose());

    TensorSource SourceOf(string name, Tensor tensor, bool changes)
    {
        if (!changes)
            return TensorFiles.SourceOf(name, tensor);
        _copies.Add(new HostCopy(name, tensor));
        return _copies[^1].Source;
    }

    // Half of what is free: a copy must never be what kills a training.
    static bool CopyFits(LlavaModel model, AdamW optimizer)
    {
        var bytes = model.parameters().Where(parameter => parameter.requires_grad).Cast<Tensor>().Concat(optimizer.State.Select(entry => entry.Tensor)).Sum(tensor => tensor.numel() * tensor.element_size());
        return bytes < (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet) / 2;
    }
}
