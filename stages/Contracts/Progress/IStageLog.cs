using Llava.Contracts.Diagnostics;

namespace Llava.Contracts.Progress;

/// <summary>
/// Where a stage says what it is doing. The host shows it on a terminal, or as JSON lines to the process that started it.
/// Thread-safe. Calls are cheap: the host decides how often progress is shown.
/// </summary>
public interface IStageLog
{
    void Progress(StageProgress progress);

    void Information(string message);

    /// <summary>A problem that does not stop the stage.</summary>
    void Warning(Diagnostic diagnostic);

    /// <summary>A number of the finished stage for its manifest: rows written, samples dropped by code, …</summary>
    void Count(string name, double value);
}

/// <param name="Activity">What is going on, in a few words: "tokenizing", "phase-2 training".</param>
/// <param name="Done">Items finished.</param>
/// <param name="Total">Items in all, when known: the host derives the time left from it.</param>
/// <param name="Unit">The items' name in the plural: "samples", "steps", "bytes".</param>
/// <param name="Metrics">Values to show beside it: loss, learning rate.</param>
public sealed record StageProgress(string Activity, long Done, long? Total, string Unit, IReadOnlyList<(string Name, double Value)>? Metrics = null)
{
    /// <summary>It may name a file of a dataset.</summary>
    public string Activity { get; init; } = PlainText.OneLine(Activity);
}

/// <summary>For callers that do not watch.</summary>
public sealed class SilentStageLog : IStageLog
{
    public static readonly SilentStageLog Instance = new();

    public void Progress(StageProgress progress)
    {
    }

    public void Information(string message)
    {
    }

    public void Warning(Diagnostic diagnostic)
    {
    }

    public void Count(string name, double value)
    {
    }
}
