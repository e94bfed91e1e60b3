namespace Llava.Contracts.Files;

/// <summary>
/// A file that appears whole or not at all: written under a temporary name in the same folder, flushed to the disk,
/// renamed by <see cref="Commit"/>. Disposing without a commit leaves nothing behind.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    readonly string _temporaryPath;
    bool _committed;

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

    /// <summary>Where a library that wants a path, not a stream, writes; rename with <see cref="File.Move(string,string,bool)"/>.</summary>
    public static string TemporaryPathOf(string path) => $"{path}.{Environment.ProcessId}.partial";

    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporaryPath, Path, overwrite: true);
        _committed = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed)
            File.Delete(_temporaryPath);
    }

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
