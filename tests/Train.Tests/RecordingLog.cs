using System.Collections.Concurrent;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Train.Tests;

/// <summary>Keeps what a stage says.</summary>
sealed class RecordingLog : IStageLog
{
    readonly List<string> _messages = [];
    readonly List<Diagnostic> _warnings = [];
    readonly ConcurrentBag<string> _activities = [];

    public Action<StageProgress> OnProgress { get; init; } = _ => { };

    public IReadOnlyList<string> Messages => _messages;

    public IReadOnlyList<Diagnostic> Warnings => _warnings;

    public IReadOnlySet<string> Activities => _activities.ToHashSet();

    public void Progress(StageProgress progress)
    {
        _activities.Add(progress.Activity);
        OnProgress(progress);
    }

    public void Information(string message) => _messages.Add(message);

    public void Warning(Diagnostic diagnostic) => _warnings.Add(diagnostic);

    public void Count(string name, double value)
    {
    }
}
