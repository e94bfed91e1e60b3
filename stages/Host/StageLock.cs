using System.Globalization;
using System.Runtime.InteropServices;
using Llava.Contracts.Files;

namespace Llava.Host;

/// <summary>
/// The lock of a stage that a build has started (<c>tasks/Locking/ArtifactsLock.cs</c>): it keeps the next run away while
/// this program still writes, even when the build itself was killed. The system frees it when the program ends.
/// </summary>
static partial class StageLock
{
    const string FileVariable = "LLAVA_STAGE_LOCK";
    const string ParentVariable = "LLAVA_STAGE_PARENT";

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <returns>false: the build is gone, and another may be at work; nothing may be written.</returns>
    public static bool TryTake(out IDisposable? held)
    {
        held = null;
        if (Environment.GetEnvironmentVariable(FileVariable) is not { Length: > 0 } path || OperatingSystem.IsWindows())
            return true;
        var parent = int.Parse(Environment.GetEnvironmentVariable(ParentVariable)!, CultureInfo.InvariantCulture);
        while (held is null && GetParentProcessId() == parent)
        {
            held = FileLock.TryTake(path);
            if (held is null)
                Thread.Sleep(Interval);
        }
        // A build that died just before could already have a successor: only the lock and then the look rule that out.
        return held is not null && GetParentProcessId() == parent;
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentProcessId();
}
