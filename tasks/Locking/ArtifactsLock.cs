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

    readonly FileStream _run;

    ArtifactsLock(FileStream run) => _run = run;

    /// <summary>The file that a stage's program locks.</summary>
    public static string StageFileOf(string graphFolder) => Path.Combine(graphFolder, StageFile);

    /// <summary>The lock, or null and who has it.</summary>
    /// <param name="graphFolder">Is created where it is missing.</param>
    public static ArtifactsLock? TryTake(string graphFolder, out string holder)
    {
        Directory.CreateDirectory(graphFolder);
        holder = "";
        var path = Path.Combine(graphFolder, RunFile);
        if (FileLock.TryTake(path) is not { } run)
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

    // In a file of its own: the locked one cannot even be read.
    static string ReadHolder(string path) => File.Exists(path) && File.ReadAllText(path) is { Length: > 0 } process ? process : "(just started)";
}
