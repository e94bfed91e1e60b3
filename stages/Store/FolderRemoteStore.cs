namespace Llava.Store;

/// <summary>A folder that several machines see.</summary>
sealed class FolderRemoteStore(string folder) : IRemoteStore
{
    public string Address => folder;

    public long? SizeOf(string name) => new FileInfo(Path.Combine(folder, name)) is { Exists: true } file ? file.Length : null;

    public bool TryFetch(string name, Stream target, long largestBytes)
    {
        if (SizeOf(name) is null)
            return false;
        using var source = File.OpenRead(Path.Combine(folder, name));
        BoundedCopy.Copy(source, target, largestBytes, Path.Combine(folder, name));
        return true;
    }

    public void Put(string name, string path)
    {
        var target = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        // Process ids alone are not unique where several machines write.
        var temporary = $"{target}.{Environment.MachineName}.{Environment.ProcessId}.partial";
        try
        {
            using (var source = File.OpenRead(path))
            using (var copy = new FileStream(temporary, FileMode.Create, FileAccess.Write))
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

    public void Dispose()
    {
    }
}
