using Llava.Tasks.Locking;
using Llava.Tasks.Staleness;

namespace Llava.Tasks;

/// <summary>Removes what an artifacts folder holds, which this build has locked (<see cref="OpenGraph"/>): the lock is the last to go, so that no other run begins in between.</summary>
public sealed class ClearArtifacts : GraphTask
{
    /// <summary>This build goes on in the folder: it stays, with the lock.</summary>
    public bool KeepsLock { get; set; }

    protected override void Run(GraphSession session)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(ArtifactsDir).Where(path => path != session.GraphFolder).ToArray())
            Remove(path);
        foreach (var path in Directory.EnumerateFileSystemEntries(session.GraphFolder).Where(path => !ArtifactsLock.IsPart(path)).ToArray())
            Remove(path);
        session.Inspector.Forget();
        if (!KeepsLock)
            session.Lock!.RemoveFolder();
    }

    static void Remove(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }
}
