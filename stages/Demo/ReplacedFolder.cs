using Llava.Contracts.Diagnostics;

namespace Llava.Demo;

/// <summary>
/// A folder written beside its place and moved there when it is whole. Replaces only a folder that this class has written,
/// which it knows by a marker file.
/// </summary>
sealed class ReplacedFolder : IDisposable
{
    const string Marker = "made_by_llava_demo.txt";

    public ReplacedFolder(string path)
    {
        FinalPath = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(FinalPath) && !File.Exists(System.IO.Path.Combine(FinalPath, Marker)))
            throw ErrorCatalog.CannotWrite.Fails(FinalPath, "this folder holds something that the demo has not made; choose another --output");
        Path = FinalPath + ".partial";
        RemovePartial();
        RemoveOld();
        Directory.CreateDirectory(Path);
        File.WriteAllText(System.IO.Path.Combine(Path, Marker), "llava demo wrote this folder and replaces it when it runs again.\n");
    }

    /// <summary>Where to write.</summary>
    public string Path { get; }

    public string FinalPath { get; }

    string OldPath => FinalPath + ".old.partial";

    public void Commit()
    {
        // Moved away before it is deleted: a kill in between must not leave half of it in its place, without the marker.
        if (Directory.Exists(FinalPath))
            Directory.Move(FinalPath, OldPath);
        Directory.Move(Path, FinalPath);
        RemoveOld();
    }

    public void Dispose() => RemovePartial();

    void RemovePartial()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    void RemoveOld()
    {
        if (Directory.Exists(OldPath))
            Directory.Delete(OldPath, recursive: true);
    }
}
