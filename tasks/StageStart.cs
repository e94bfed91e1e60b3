using System.Text.Json;
using Llava.Contracts.Files;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>
/// Voids the record of a stage that is about to run, and clears its folder unless it goes on with the same plan. A stage that keeps
/// results by parts says which files it answers for; those it takes over or removes itself.
/// </summary>
static class StageStart
{
    public static void Begin(GraphSession session, ITaskItem want, Func<string, bool>? keeps)
    {
        var (directory, files) = (want.GetMetadata("StageDirectory"), session.FilesOf(want.GetMetadata("Stage")));
        using var plan = JsonDocument.Parse(File.ReadAllBytes(files.Want));
        var key = plan.RootElement.GetProperty("key").GetString()!;
        var record = Path.Combine(directory, StageManifest.FileName);
        if (File.Exists(record))
        {
            // A commit that was killed after its record leaves the begun mark of a run that is finished: nothing goes on from there.
            File.Delete(files.Begun);
            File.Move(record, files.Previous, overwrite: true);
        }
        var goesOn = File.Exists(files.Begun) && File.ReadAllText(files.Begun) == key;
        // Before the folder is cleared: a kill in between must not leave half of it to go on with.
        if (!goesOn)
            File.Delete(files.Begun);
        if (!goesOn && Directory.Exists(directory))
            Clear(directory, keeps);
        Directory.CreateDirectory(directory);
        AtomicFile.RemoveLeftBehind(directory);
        AtomicFile.WriteAllText(files.Begun, key);
        session.Inspector.Forget();
    }

    static void Clear(string directory, Func<string, bool>? keeps)
    {
        if (keeps is null)
        {
            Directory.Delete(directory, recursive: true);
            return;
        }
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(path => !keeps(Path.GetRelativePath(directory, path))).ToArray())
            File.Delete(path);
    }
}
