using System.Runtime.InteropServices;

namespace Llava.Host.Console;

/// <summary>
/// Makes this process the terminal's foreground by itself: Ctrl-C then reaches it alone, and not the build that started it, which would
/// stop. Given back at the end. Nothing happens where standard input is no terminal.
/// </summary>
sealed partial class TerminalForeground : IDisposable
{
    const int StandardInput = 0;
    const int SignalTerminalOutput = 22;
    const nint Ignore = 1;

    readonly int _before;

    TerminalForeground(int before) => _before = before;

    public static TerminalForeground? Take()
    {
        if (OperatingSystem.IsWindows() || GetForeground(StandardInput) is not (var before and > 0))
            return null;
        // A background process that takes the terminal is stopped by this signal, unless it ignores it: a handler would not do.
        _ = SetSignal(SignalTerminalOutput, Ignore);
        _ = SetGroup(0, 0);
        _ = SetForeground(StandardInput, Environment.ProcessId);
        return new TerminalForeground(before);
    }

    public void Dispose() => _ = SetForeground(StandardInput, _before);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int GetForeground(int terminal);

    [LibraryImport("libc", EntryPoint = "tcsetpgrp")]
    private static partial int SetForeground(int terminal, int group);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "setpgid")]
    private static partial int SetGroup(int process, int group);
}
