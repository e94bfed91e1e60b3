using System.CommandLine;
using System.Runtime.InteropServices;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Host.Console;

namespace Llava.Host;

/// <summary>
/// Runs the chosen verb: exit code 0, 1 (failed, coded errors on standard error), 2 (bad arguments),
/// 130 and 143 (stopped by Ctrl-C or SIGTERM, state saved).
/// </summary>
static class VerbRunner
{
    const int Interrupted = 130;
    const int Terminated = 143;

    static int s_stopSignal;
    static int s_interrupts;
    static Func<bool>? s_onInterrupt;

    public static IStageLog Log { get; private set; } = SilentStageLog.Instance;

    /// <summary>What Ctrl-C does first. Where it returns true, the verb is not stopped.</summary>
    public static void OnInterrupt(Func<bool> isHandled) => s_onInterrupt = isHandled;

    public static async Task<int> RunAsync(RootCommand root, Option<bool> events, string[] args)
    {
        // A name that begins with @ is a name, and no file of further arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            return ReportBadArguments(parsed);
        using var log = parsed.GetValue(events) ? StageOutput.JsonLines(System.Console.Out) : StageOutput.Terminal();
        Log = log;
        try
        {
            return StageLock.TryTake(out var held) ? await InvokeAsync(parsed, parsed.GetValue(events), held) : Terminated;
        }
        catch (Exception error)
        {
            foreach (var diagnostic in SystemErrors.Describe(error) ?? [ErrorCatalog.InternalError.Says(error.ToString())])
                log.Error(diagnostic);
            return 1;
        }
    }

    static async Task<int> InvokeAsync(ParseResult parsed, bool hasBuild, IDisposable? held)
    {
        using var _ = held;
        using var stop = new CancellationTokenSource();
        using var interrupted = StopOn(PosixSignal.SIGINT, Interrupted, stop);
        using var terminated = StopOn(PosixSignal.SIGTERM, Terminated, stop);
        using var orphaned = ParentWatch.Start(hasBuild, stop);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return s_stopSignal == 0 ? Terminated : s_stopSignal;
        }
    }

    static PosixSignalRegistration StopOn(PosixSignal signal, int exitCode, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (signal == PosixSignal.SIGINT && s_onInterrupt?.Invoke() == true)
                return;
            // Ctrl-C again: whoever does not want to wait for the state to be saved has the last saved one.
            if (signal == PosixSignal.SIGINT && ++s_interrupts > 1)
                context.Cancel = false;
            s_stopSignal = exitCode;
            stop.Cancel();
        });

    static int ReportBadArguments(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
            System.Console.Error.WriteLine(ErrorCatalog.BadArguments.Says(error.Message));
        System.Console.Error.WriteLine($"llava: `llava {parsed.CommandResult.Command.Name} --help` lists what it takes");
        return 2;
    }
}
