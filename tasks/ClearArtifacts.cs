using Llava.Tasks.Locking;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>
/// Removes what the graph has made in an artifacts folder, which this build has locked (<see cref="OpenGraph"/>): the lock is the last to go, so that no other run begins in
/// between. What else lies there stays, and so does all of a folder where the graph has never been.
/// </summary>
public sealed class ClearArtifacts : GraphTask
{
    /// <summary>Files and folders that the graph writes, but for its own.</summary>
    [Required]
    public string[] Made { get; set; } = [];

    /// <summary>This build goes on in the folder: it stays, with the lock.</summary>
    public bool KeepsLock { get; set; }

    /// <summary>Only say what would go.</summary>
    public bool DryRun { get; set; }

    protected override void Run(GraphSession session)
    {
        if (!Directory.Exists(session.GraphFolder))
            Say($"nothing to remove: nothing was made in {ArtifactsDir}");
        else if (DryRun)
            Say($"would remove what was made in {ArtifactsDir}: {string.Join(", ", Present().Select(System.IO.Path.GetFileName))}");
        else
            Clear(session);
    }

    void Clear(GraphSession session)
    {
        foreach (var path in Present().Concat(Directory.EnumerateFileSystemEntries(session.GraphFolder).Where(path => !ArtifactsLock.IsPart(path))).ToArray())
            Remove(path);
        session.Inspector.Forget();
        if (KeepsLock)
            return;
        session.Lock!.RemoveFolder();
        session.Lock.Dispose();
        // A target that follows in this build takes it anew.
        session.Lock = null;
        string[] left = Directory.Exists(ArtifactsDir) ? [.. Directory.EnumerateFileSystemEntries(ArtifactsDir).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];
        Say(left.Length == 0 ? $"removed {ArtifactsDir}" : $"removed what was made in {ArtifactsDir}; the rest stays: {string.Join(", ", left)}");
    }

    // A recipe may put its source elsewhere, which is then not ours to remove.
    IEnumerable<string> Present() => Made
        .Select(path => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)))
        .Where(path => path.StartsWith(System.IO.Path.GetFullPath(ArtifactsDir).TrimEnd('/') + '/', StringComparison.Ordinal) && System.IO.Path.Exists(path));

    static void Remove(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    void Say(string text) => Log.LogMessage(MessageImportance.High, "{0}", text);
}
