using System.Globalization;
using Llava.Contracts.Configuration;

namespace Llava.Train.Configuration;

/// <summary>The <c>runconfig</c> section: how long, how often, from where.</summary>
sealed record RunConfig : IValidatedConfig
{
    public const string AllStates = "all";
    public const string NoRecomputation = "none";
    const string FullRecomputation = "full";
    const string GroupPrefix = "every_";

    /// <summary>Optimizer steps of the whole run; <c>num_steps</c> is its other name.</summary>
    [Bounds(1)]
    public int? MaxSteps { get; init; }

    [Bounds(1)]
    public int? NumSteps { get; init; }

    [Bounds(1)]
    public int? NumEpochs { get; init; }

    /// <summary>Shortens an epoch for <c>num_epochs</c>.</summary>
    [Bounds(1)]
    public int? StepsPerEpoch { get; init; }

    [Bounds(1)]
    public int LogSteps { get; init; } = 1;

    /// <summary>0: a checkpoint at the end only.</summary>
    [Bounds(0)]
    public int CheckpointSteps { get; init; }

    /// <summary>How many checkpoints stay in the model folder; absent: all.</summary>
    [Bounds(1)]
    public int? MaxCheckpoints { get; init; }

    /// <summary>In mode <c>train_and_eval</c>: the checkpoint with the lowest evaluation loss stays, beside the newest.</summary>
    public bool KeepBestCheckpoint { get; init; } = true;

    public bool SaveInitialCheckpoint { get; init; }

    public bool AutoloadLastCheckpoint { get; init; } = true;

    /// <summary>A training checkpoint or a folder of weights to start from; <c>--checkpoint-path</c> goes before it.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>What is taken from <c>checkpoint_path</c>: <c>all</c>, or <c>model</c> for weights with a fresh optimizer and step 0.</summary>
    [OneOf(AllStates, "model")]
    public string LoadCheckpointStates { get; init; } = AllStates;

    /// <summary>Batches of one evaluation; absent: the whole of <c>eval_input</c>.</summary>
    [Bounds(1)]
    public int? EvalSteps { get; init; }

    /// <summary>Training steps between two evaluations in mode <c>train_and_eval</c>; absent or 0: at the end only.</summary>
    [Bounds(0)]
    public int? EvalFrequency { get; init; }

    /// <summary>
    /// What the backward pass keeps of the language model's blocks: <c>none</c> recomputes nothing, <c>full</c> every block,
    /// <c>every_n</c> groups of n. Ours; never changes a result.
    /// </summary>
    public string ActivationCheckpointing { get; init; } = NoRecomputation;

    public long Seed { get; init; } = 1;

    /// <summary>Stops at the first loss or gradient that is not finite.</summary>
    public bool CheckLossValues { get; init; } = true;

    /// <summary>The device where <c>--device</c> is <c>auto</c>; CSX is read as "the best that is here".</summary>
    [OneOf("CPU", "GPU", "CSX", "cpu", "gpu", "csx", "cuda")]
    public string? TargetDevice { get; init; }

    public bool DisableStrictCheckpointLoading { get; init; }

    public bool CompileOnly { get; init; }

    public bool ValidateOnly { get; init; }

    /// <summary>Blocks that are computed again together; null: none.</summary>
    public int? BlocksPerSegment => ActivationCheckpointing == FullRecomputation ? 1
        : ActivationCheckpointing.StartsWith(GroupPrefix, StringComparison.Ordinal) && int.TryParse(ActivationCheckpointing[GroupPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var blocks) && blocks > 0 ? blocks
        : null;

    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (ActivationCheckpointing != NoRecomputation && BlocksPerSegment is null)
            yield return ("activation_checkpointing", $"is '{ActivationCheckpointing}', but must be none, full, or every_n with a number n of blocks");
        if (MaxSteps is null && NumSteps is null && NumEpochs is null)
            yield return ("max_steps", "is required (or num_epochs)");
        if (NumEpochs is not null && (MaxSteps ?? NumSteps) is not null)
            yield return ("num_epochs", "cannot be combined with max_steps");
        if (DisableStrictCheckpointLoading)
            yield return ("disable_strict_checkpoint_loading", "must be false: a checkpoint that does not fit the model is never loaded in part");
        if (CompileOnly)
            yield return ("compile_only", "must be false: nothing is compiled here; `--mode validate` builds everything and makes one step");
        if (ValidateOnly)
            yield return ("validate_only", "must be false: use `--mode validate`");
    }
}
