using Llava.Contracts.Progress;
using Llava.Data.Loading;
using Llava.Model;
using Llava.Train.Configuration;
using Llava.Train.Optimization;

namespace Llava.Train.Checkpoints;

/// <summary>Saves a training while it goes on: the copy is made between two steps, the files are written beside the next ones.</summary>
sealed class CheckpointSaver(TrainConfig config, string modelDirectory, LlavaModel model, AdamW optimizer, IStageLog log)
{
    readonly CheckpointStore _store = new(modelDirectory, log);
    readonly IReadOnlyDictionary<string, string> _settings = RunSettings.Of(config);

    long? _savedStep;
    Task _writing = Task.CompletedTask;

    /// <summary>The run goes on from a checkpoint of this folder.</summary>
    public void StartFrom(long savedStep) => _savedStep = savedStep;

    /// <param name="step">Steps made, all of them read back from the device.</param>
    public void Save(long step, LoaderPosition position, StepRandomness randomness)
    {
        if (_savedStep == step)
            return;
        Wait();
        var state = new TrainingState(TrainingState.CurrentFormat, step, position, randomness.Seed, _settings, new Dictionary<string, CheckpointFile>());
        var snapshot = CheckpointSnapshot.Take(model, optimizer, modelDirectory);
        _writing = Task.Run(() => Write(snapshot, state));
        if (!snapshot.IsIndependent)
            Wait();
        _savedStep = step;
    }

    /// <summary>Until the last checkpoint is on the disk.</summary>
    public void Wait() => _writing.GetAwaiter().GetResult();

    public void ThrowIfFailed()
    {
        if (_writing.IsFaulted)
            Wait();
    }

    /// <summary>The writer reads the model, which is freed after this. How it ends is not asked any more.</summary>
    public void LetItEnd() => Task.WaitAny([_writing], CancellationToken.None);

    void Write(CheckpointSnapshot snapshot, TrainingState state)
    {
        using (snapshot)
            _store.Save(state, snapshot.WriteTo, config.Run.MaxCheckpoints);
    }
}
