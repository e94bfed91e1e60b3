using System.Collections.Concurrent;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Preprocess.Tests;

/// <summary>Remembers what a stage reports, and calls back on progress.</summary>
sealed class CountingLog(Action<StageProgress>? onProgress = null) : IStageLog
{
    public ConcurrentDictionary<string, double> Counts { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public void Progress(StageProgress progress) => onProgress?.Invoke(progress);

    public void Information(string message)
    {
    }

    public void Warning(Diagnostic diagnostic) => Warnings.Enqueue(diagnostic.ToString());

    public void Count(string name, double value) => Counts[name] = value;
}
