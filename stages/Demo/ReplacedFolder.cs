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
        Directory.CreateDirectory(Path);
        File.WriteAllText(System.IO.Path.Combine(Path, Marker), "llava demo wrote this folder and replaces it when it runs again.\n");
    }

    /// <summary>Where to write.</summary>
    public string Path { get; }

    public string FinalPath { get; }

    public void Commit()
    {
        if (Directory.Exists(FinalPath))
            Directory.Delete(FinalPath, recursive: true);
        Directory.Move(Path, FinalPath);
    }

    public void Dispose() => RemovePartial();

    void RemovePartial()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
