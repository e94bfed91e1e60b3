namespace Llava.Train;

/// <summary>What to do with the yaml's run.</summary>
public enum TrainMode
{
    Train,

    /// <summary>Loss, perplexity and token accuracy over <c>eval_input</c>, into <c>eval.json</c>.</summary>
    Eval,

    TrainAndEval,

    /// <summary>Builds everything, makes one step, writes nothing.</summary>
    Validate,

    /// <summary>Says what memory a training would take; needs neither data nor weights.</summary>
    Estimate,
}

/// <param name="ParamsPath">A ModelZoo training yaml.</param>
/// <param name="ModelDirectory">Where checkpoints and metrics go, and where a stopped run goes on from.</param>
/// <param name="CheckpointPath">Weights to start from; goes before <c>runconfig.checkpoint_path</c>.</param>
/// <param name="Device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Overrides"><c>key=value</c>, laid over the yaml.</param>
/// <param name="Threads">Threads of the CPU kernels; null: two. Results repeat to the bit only for the same number.</param>
public sealed record TrainOptions(
    string ParamsPath,
    TrainMode Mode,
    string ModelDirectory,
    string? CheckpointPath = null,
    string Device = "auto",
    IReadOnlyList<string>? Overrides = null,
    int? Threads = null);
