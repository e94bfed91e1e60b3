using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Host.Console;

/// <summary>An <see cref="IStageLog"/> that the program owns: it also carries the errors that end a run.</summary>
abstract class StageOutput : IStageLog, IDisposable
{
    public static StageOutput JsonLines(TextWriter output) => new JsonLinesOutput(output);

    public static StageOutput Terminal() => new TerminalOutput(TimeProvider.System);

    public abstract void Progress(StageProgress progress);

    public abstract void Information(string message);

    public abstract void Warning(Diagnostic diagnostic);

    public abstract void Error(Diagnostic diagnostic);

    public abstract void Count(string name, double value);

    public virtual void Dispose()
    {
    }
}
