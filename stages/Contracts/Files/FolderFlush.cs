using System.Runtime.InteropServices;

namespace Llava.Contracts.Files;

/// <summary>
/// Which names a folder has is in the system's memory for a while: where power fails after a rename, the disk may still have the old ones, and not those
/// that were removed since.
/// </summary>
public static partial class FolderFlush
{
    const int ReadOnly = 0;
    const int InvalidArgument = 22; // of a file system that has no such thing

    /// <summary>Waits until the folder's names are on the disk. Does nothing where there is no such call.</summary>
    /// <exception cref="IOException">The folder is not there, or the disk fails.</exception>
    public static void ToDisk(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var descriptor = open(folder, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        var (result, error) = (fsync(descriptor), Marshal.GetLastPInvokeError());
        _ = close(descriptor);
        if (result != 0 && error != InvalidArgument)
            throw new IOException($"{folder}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
