namespace Llava.Contracts.Files;

/// <summary>
/// A file that appears whole or not at all: written under a temporary name in the same folder, flushed to the disk,
/// renamed by <see cref="Commit"/>. Disposing without a commit leaves nothing behind.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    const string Suffix = ".partial";

    readonly string _temporaryPath;
    bool _finished;

    /// <summary>Creates the folder of <paramref name="path"/> where it is missing.</summary>
    public AtomicFile(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        _temporaryPath = TemporaryPathOf(Path);
        Stream = new FileStream(_temporaryPath, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1 << 16);
    }

    public string Path { get; }

    public FileStream Stream { get; }

    public bool IsCommitted { get; private set; }

    /// <summary>Where a library that wants a path, not a stream, writes; rename with <see cref="File.Move(string,string,bool)"/>.</summary>
    public static string TemporaryPathOf(string path) => $"{path}.{Environment.ProcessId}{Suffix}";

    /// <summary>Removes the temporaries that killed programs left in a folder; those that somebody writes just now stay.</summary>
    public static void RemoveLeftBehind(string folder, SearchOption depth = SearchOption.AllDirectories)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Suffix, depth).Where(IsTemporary).ToArray())
        {
            // An open stream is a lock, which ends with its holder, however that ends.
            using var free = FileLock.TryTake(path);
            if (free is not null)
                File.Delete(path);
        }
    }

    /// <summary>Brings all bytes to the disk, so that <see cref="Commit"/> has only to rename.</summary>
    public void Finish()
    {
        if (_finished)
            return;
        Stream.Flush(flushToDisk: true);
        _finished = true;
    }

    public void Commit()
    {
        Finish();
        Stream.Dispose();
        File.Move(_temporaryPath, Path, overwrite: true);
        IsCommitted = true;
    }

    public void Dispose()
    {
        if (IsCommitted)
            return;
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // A full disk refuses what is still buffered; it is not wanted any more.
        }
        File.Delete(_temporaryPath);
    }

    // NAME.PROCESS.partial; a download's NAME.partial is kept on purpose.
    static bool IsTemporary(string path) =>
        System.IO.Path.GetExtension(System.IO.Path.GetFileNameWithoutExtension(path)) is { Length: > 1 } process && process.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    public static void WriteAllText(string path, string text)
    {
        using var file = new AtomicFile(path);
        using (var writer = new StreamWriter(file.Stream, leaveOpen: true))
            writer.Write(text);
        file.Commit();
    }

    public static void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new AtomicFile(path);
        file.Stream.Write(bytes);
        file.Commit();
    }
}
