using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Serve.Tests;

sealed class RecordingLog : IStageLog
{
    public List<Diagnostic> Warnings { get; } = [];

    public void Progress(StageProgress progress)
    {
    }

    public void Information(string message)
    {
    }

    public void Warning(Diagnostic diagnostic) => Warnings.Add(diagnostic);

    public void Count(string name, double value)
    {
    }
}
