using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Model.Checkpoints;
using Llava.Train.Checkpoints;
using Llava.Train.Configuration;

namespace Llava.Train;

/// <summary>Where a run takes its weights from, and whether it goes on from there or begins at step 0.</summary>
/// <param name="Folder">A folder of weights.</param>
/// <param name="State">Of the checkpoint to go on from; null for a fresh optimizer at step 0.</param>
sealed record StartingPoint(string Folder, TrainingState? State)
{
    /// <summary>
    /// The model folder's newest whole checkpoint; without one, the checkpoint that was named: its weights alone where
    /// <c>load_checkpoint_states</c> says so, or where it has no more.
    /// </summary>
    /// <exception cref="DiagnosticException">There is nothing to start from.</exception>
    public static StartingPoint Find(TrainOptions options, RunConfig run, IStageLog log)
    {
        var found = new CheckpointStore(options.ModelDirectory, log).FindNewest();
        if (found is { } newest && run.AutoloadLastCheckpoint)
            return new StartingPoint(newest.Folder, newest.State);
        if (found is { } unwanted)
            throw ErrorCatalog.SettingsChanged.Fails(unwanted.Folder, "autoload_last_checkpoint is false, but the model folder holds checkpoints of an earlier run: choose another --model-dir, or remove them");
        var named = Named(options, run, log);
        var isWhole = run.LoadCheckpointStates == RunConfig.AllStates && CheckpointStore.IsCheckpoint(named);
        return new StartingPoint(named, isWhole ? CheckpointStore.Read(named) : null);
    }

    /// <summary>The weights to evaluate: those that were named, else the model folder's newest.</summary>
    public static StartingPoint FindForEvaluation(TrainOptions options, RunConfig run, IStageLog log)
    {
        if (options.CheckpointPath is not null)
            return WithState(Named(options, run, log));
        return new CheckpointStore(options.ModelDirectory, log).FindNewest() is { } newest ? new StartingPoint(newest.Folder, newest.State) : WithState(Named(options, run, log));
    }

    /// <exception cref="DiagnosticException">The checkpoint to go on from was made with other settings; the first is named.</exception>
    public void ThrowIfSettingsChanged(TrainConfig config)
    {
        if (State is not null)
            RunSettings.ThrowIfChanged(State.Settings, RunSettings.Of(config), Folder);
    }

    static StartingPoint WithState(string folder) => new(folder, CheckpointStore.IsCheckpoint(folder) ? CheckpointStore.Read(folder) : null);

    // A model folder stands for its newest checkpoint.
    static string Named(TrainOptions options, RunConfig run, IStageLog log)
    {
        if ((options.CheckpointPath ?? run.CheckpointPath) is not { } path)
            throw ErrorCatalog.NoStartingWeights.Fails(options.ModelDirectory, "the folder has no checkpoint to go on from, and neither --checkpoint-path nor runconfig.checkpoint_path is given");
        if (File.Exists(path) || CheckpointFolder.HoldsCheckpoint(path))
            return path;
        return new CheckpointStore(path, log).FindNewest()?.Folder
            ?? throw ErrorCatalog.NoStartingWeights.Fails(path, Directory.Exists(path) ? "the folder holds neither weights nor checkpoints" : "there is no such checkpoint");
    }
}
