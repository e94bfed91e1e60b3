using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Evaluate.Tests;

sealed class RecordingLog : IStageLog
{
    public List<string> Lines { get; } = [];

    public void Progress(StageProgress progress)
    {
    }

    public void Information(string message) => Lines.Add(message);

    public void Warning(Diagnostic diagnostic) => Lines.Add(diagnostic.ToString());

    public void Count(string name, double value)
    {
    }
}
