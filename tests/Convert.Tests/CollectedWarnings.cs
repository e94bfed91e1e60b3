using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Conversion.Tests;

sealed class CollectedWarnings : IStageLog
{
    public List<string> Warnings { get; } = [];

    public void Progress(StageProgress progress)
    {
    }

    public void Information(string message)
    {
    }

    public void Warning(Diagnostic diagnostic) => Warnings.Add(diagnostic.ToString());

    public void Count(string name, double value)
    {
    }
}
