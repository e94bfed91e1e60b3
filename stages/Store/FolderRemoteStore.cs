using Llava.Contracts.Files;

namespace Llava.Store;

/// <summary>A folder that several machines see.</summary>
sealed class FolderRemoteStore(string folder) : IRemoteStore
{
    public string Address => folder;

    public bool Has(string name) => File.Exists(Path.Combine(folder, name));

    public bool TryFetch(string name, Stream target)
    {
        if (!Has(name))
            return false;
        using var source = File.OpenRead(Path.Combine(folder, name));
        source.CopyTo(target);
        return true;
    }

    public void Put(string name, string path)
    {
        using var file = new AtomicFile(Path.Combine(folder, name));
        using (var source = File.OpenRead(path))
            source.CopyTo(file.Stream);
        file.Commit();
    }

    public void Dispose()
    {
    }
}
