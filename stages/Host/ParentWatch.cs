using System.Runtime.InteropServices;

namespace Llava.Host;

/// <summary>
/// Stops the verb when the build that started it dies: a killed parent cannot pass a signal on, and standard input is
/// closed from the start, so the parent's process id is watched.
/// </summary>
sealed partial class ParentWatch : IDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    readonly Timer? _timer;

    ParentWatch(Timer? timer) => _timer = timer;

    public static ParentWatch Start(bool watch, CancellationTokenSource stop)
    {
        if (!watch || OperatingSystem.IsWindows())
            return new ParentWatch(null);
        var parent = GetParentProcessId();
        return new ParentWatch(new Timer(_ =>
        {
            if (GetParentProcessId() != parent)
                stop.Cancel();
        }, null, Interval, Interval));
    }

    public void Dispose() => _timer?.Dispose();

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentProcessId();
}
