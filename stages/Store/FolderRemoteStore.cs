using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Llava.Store;

/// <summary>A folder that several machines see. Others write there: nothing is waited for, and no link is written through.</summary>
sealed partial class FolderRemoteStore(string folder) : IRemoteStore
{
    public string Address => folder;

    public long? SizeOf(string name) => new FileInfo(Path.Combine(folder, name)) is { Exists: true } file ? file.Length : null;

    public bool TryFetch(string name, Stream target, long largestBytes)
    {
        if (SizeOf(name) is null)
            return false;
        using var source = OpenWithoutWaiting(Path.Combine(folder, name));
        BoundedCopy.Copy(source, target, largestBytes, Path.Combine(folder, name));
        return true;
    }

    public void Put(string name, string path)
    {
        var target = Path.Combine(folder, name);
        CreateFolders(name);
        // A name that nobody can have put a link under before.
        var temporary = $"{target}.{Path.GetRandomFileName()}.partial";
        try
        {
            using (var source = File.OpenRead(path))
            using (var copy = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                source.CopyTo(copy);
                copy.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    void CreateFolders(string name)
    {
        var path = folder;
        foreach (var part in Path.GetDirectoryName(name)!.Split('/'))
        {
            path = Path.Combine(path, part);
            if (Directory.CreateDirectory(path).LinkTarget is not null)
                throw new IOException($"{path} is a link, and nothing is written through it");
        }
    }

    // Opening a named pipe waits until somebody writes to it.
    static FileStream OpenWithoutWaiting(string path)
    {
        const int ReadWithoutWaiting = 0x800 | 0x80000; // O_RDONLY | O_NONBLOCK | O_CLOEXEC
        if (!OperatingSystem.IsLinux())
            return File.OpenRead(path);
        var handle = new SafeFileHandle(Open(path, ReadWithoutWaiting), ownsHandle: true);
        if (handle.IsInvalid)
            throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (file.CanSeek)
            return file;
        file.Dispose();
        throw new IOException($"{path} is no file");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    public void Dispose()
    {
    }
}
