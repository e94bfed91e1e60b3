using Llava.Contracts.Files;
using Llava.Data.Hdf5;

namespace Llava.Hdf5.Output;

/// <summary>
/// Files are made in a hidden sub folder and moved to their place when all are there, so that files of an earlier run with other
/// settings are never mixed with new ones.
/// </summary>
sealed class OutputFolder : IDisposable
{
    readonly string _folder;

    public OutputFolder(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        AtomicFile.RemoveLeftBehind(_folder);
        Unfinished = Fresh(".unfinished");
    }

    /// <summary>Where files are made.</summary>
    public string Unfinished { get; }

    /// <summary>A folder that is gone when the run ends.</summary>
    public string Temporary(string name) => Fresh($".unfinished/{name}");

    /// <summary>The new files replace all old ones.</summary>
    public void Publish(string from)
    {
        foreach (var old in Hdf5SampleSet.FilesOf(_folder))
            File.Delete(old);
        foreach (var file in Hdf5SampleSet.FilesOf(from))
            File.Move(file, Path.Combine(_folder, Path.GetFileName(file)));
    }

    public void Dispose()
    {
        if (Directory.Exists(Unfinished))
            Directory.Delete(Unfinished, recursive: true);
    }

    string Fresh(string name)
    {
        var path = Path.Combine(_folder, name);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        return Directory.CreateDirectory(path).FullName;
    }
}
