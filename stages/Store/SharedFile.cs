using System.Runtime.InteropServices;
using Llava.Contracts.Files;

namespace Llava.Store;

/// <summary>
/// One content at two places without taking room twice, where the file system can: as a reflink (a later edit of one leaves
/// the other alone), else as a hard link (an edit in place changes both: the hash tells when it is read), else as a copy.
/// </summary>
public static partial class SharedFile
{
    const nuint CloneRequest = 0x40049409;

    /// <summary>The target appears whole or not at all; an existing one is replaced.</summary>
    public static void Create(string source, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var temporary = AtomicFile.TemporaryPathOf(target);
        File.Delete(temporary);
        if (!OperatingSystem.IsLinux() || !(TryReflink(source, temporary) || Link(source, temporary) == 0))
            File.Copy(source, temporary);
        File.Move(temporary, target, overwrite: true);
        // Renaming one link of a file onto another does nothing, and leaves both.
        File.Delete(temporary);
    }

    /// <summary>Takes away the right to write, so that no program edits a stored file by accident.</summary>
    public static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) & ~(UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
    }

    static bool TryReflink(string source, string target)
    {
        using (var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        using (var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            if (Control(to.SafeFileHandle, CloneRequest, from.SafeFileHandle) == 0)
                return true;
        }
        File.Delete(target);
        return false;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(SafeHandle target, nuint request, SafeHandle source);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string created);
}
