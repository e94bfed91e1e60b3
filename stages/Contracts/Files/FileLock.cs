namespace Llava.Contracts.Files;

/// <summary>A file as a lock between programs, by the system's own flock: it ends with its holder, however that ends, and a file that stays behind means nothing.</summary>
public static class FileLock
{
    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows: all else is no lock of another's.
    static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    /// <summary>The lock, until it is disposed; null while another program has it.</summary>
    /// <exception cref="IOException">The file cannot be made or opened: a read-only file system, a full disk.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write there.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            FileStream held;
            while (IsRemoved(held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)))
                held.Dispose();
            return held;
        }
        catch (IOException taken) when (Taken.Contains(taken.HResult))
        {
            return null;
        }
    }

    // Its last holder removed it after it was opened here: the next to come makes a new one, and locks that.
    static bool IsRemoved(FileStream file) =>
        new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget?.EndsWith(" (deleted)", StringComparison.Ordinal) == true;
}
