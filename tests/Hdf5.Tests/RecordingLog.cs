using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Hdf5.Tests;

/// <summary>Keeps what a run says.</summary>
sealed class RecordingLog : IStageLog
{
    readonly List<string> _messages = [];

    public IReadOnlyList<string> Tokenized => [.. _messages.Where(message => message.StartsWith("tokenizing ", StringComparison.Ordinal))];

    public Dictionary<string, double> Counts { get; } = [];

    public void Progress(StageProgress progress)
    {
    }

    public void Information(string message) => _messages.Add(message);

    public void Warning(Diagnostic diagnostic)
    {
    }

    public void Count(string name, double value) => Counts[name] = value;
}
