using System.Runtime.InteropServices;
using System.Text;

namespace Llava.Tasks.Staleness;

/// <summary>A link that leads back to a folder it lies in: whoever follows it comes round until the system has enough, forty times later.</summary>
static partial class FolderLoop
{
    const int LongestPath = 4096;

    /// <param name="folder">Holds the link.</param>
    public static bool Closes(string folder, string link) =>
        !OperatingSystem.IsWindows() && RealPath(link) is { } target && RealPath(folder) is { } around && $"{around.TrimEnd('/')}/".StartsWith($"{target.TrimEnd('/')}/", StringComparison.Ordinal);

    static unsafe string? RealPath(string path)
    {
        var buffer = stackalloc byte[LongestPath];
        return ResolvePath(path, buffer) == 0 ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer));
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint ResolvePath(string path, byte* resolved);
}
