using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Llava.Tasks;

/// <summary>A running child that can be asked to stop.</summary>
sealed partial class StageProcess(Process process)
{
    const int SignalTerminate = 15;
    const int Terminated = 143;
    static readonly TimeSpan ClosingDown = TimeSpan.FromSeconds(60);

    /// <summary>It was told to end and took longer than it was given.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>
    /// Runs <paramref name="stop"/> when this process is told to end, then leaves the end to the build, which fails with the
    /// error of the stopped stage. The dotnet command has a handler of its own behind this one that would exit with 0 at
    /// once, so this one never returns: a build that does not close down by itself is ended as one that was terminated.
    /// </summary>
    public static IDisposable OnTermination(Action stop) => PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
    {
        context.Cancel = true;
        stop();
        Thread.Sleep(ClosingDown);
        Environment.Exit(Terminated);
    });

    /// <summary>SIGTERM, then up to <paramref name="grace"/> for the child to save its state; after that the tree is killed.</summary>
    public void Stop(TimeSpan grace)
    {
        try
        {
            if (process.HasExited)
                return;
            if (OperatingSystem.IsWindows())
                process.Kill(entireProcessTree: true);
            else
                _ = Kill(process.Id, SignalTerminate);
            WasKilled = !process.WaitForExit(grace);
            if (WasKilled)
                process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended between two of these lines.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
