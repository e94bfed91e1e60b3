using System.Globalization;
using Llava.Contracts.Files;

namespace Llava.Tasks.Locking;

/// <summary>
/// One run at a time on an artifacts folder. Both locks are the system's own (<see cref="FileLock"/>). A stage's program holds the second one, because it may outlive a
/// killed build while it saves its state (<c>stages/Host/StageLock.cs</c>).
/// </summary>
public sealed class ArtifactsLock : IDisposable
{
    const string RunFile = "run.lock";
    const string HolderFile = "run.pid";
    const string StageFile = "stage.lock";
    const string JustStarted = "(just started)";
    const int MostRemovals = 100;

    readonly FileStream _run;

    ArtifactsLock(FileStream run) => _run = run;

    /// <summary>The file that a stage's program locks.</summary>
    public static string StageFileOf(string graphFolder) => Path.Combine(graphFolder, StageFile);

    /// <summary>Whether a file of the graph's folder belongs to the lock.</summary>
    public static bool IsPart(string path) => Path.GetFileName(path) is RunFile or HolderFile or StageFile;

    /// <summary>The lock, or null and who has it.</summary>
    /// <param name="graphFolder">Is created where it is missing.</param>
    public static ArtifactsLock? TryTake(string graphFolder, out string holder)
    {
        holder = "";
        if (TryTakeFile(graphFolder) is not { } run)
        {
            holder = $"process {ReadHolder(Path.Combine(graphFolder, HolderFile))}";
            return null;
        }
        using var stage = FileLock.TryTake(StageFileOf(graphFolder));
        if (stage is null)
        {
            run.Dispose();
            holder = "a stage of a run that has ended, which is saving its state";
            return null;
        }
        File.WriteAllText(Path.Combine(graphFolder, HolderFile), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new ArtifactsLock(run);
    }

    public void Dispose() => _run.Dispose();

    /// <summary>
    /// The last act of a holder who removed all else from the graph's folder; the one around it goes too if it is empty and no link. Who waited, or comes in between,
    /// makes the folder anew.
    /// </summary>
    public void RemoveFolder()
    {
        var graphFolder = Path.GetDirectoryName(_run.Name)!;
        var artifacts = new DirectoryInfo(Path.GetDirectoryName(graphFolder)!);
        foreach (var name in (string[])[HolderFile, StageFile, RunFile])
            File.Delete(Path.Combine(graphFolder, name));
        try
        {
            Directory.Delete(graphFolder);
            if (artifacts.LinkTarget is null)
                artifacts.Delete();
        }
        catch (IOException)
        {
            // Another run has begun there, or the user has files of his own.
        }
    }

    static FileStream? TryTakeFile(string graphFolder)
    {
        for (var removals = 0; ; removals++)
        {
            try
            {
                Directory.CreateDirectory(graphFolder);
                return FileLock.TryTake(Path.Combine(graphFolder, RunFile));
            }
            catch (IOException) when (removals < MostRemovals)
            {
                // Its last holder may be removing the folder just now.
            }
        }
    }

    // In a file of its own: the locked one cannot even be read.
    static string ReadHolder(string path)
    {
        try
        {
            return File.ReadAllText(path) is var process && int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? process : JustStarted;
        }
        catch (IOException)
        {
            return JustStarted;
        }
    }
}
