using System.Globalization;
using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;

namespace Llava.Train.Checkpoints;

/// <summary>
/// The <c>checkpoint_&lt;step&gt;</c> folders of a model directory. A folder appears whole or not at all: it is filled under a
/// temporary name and renamed, its state file last.
/// </summary>
sealed class CheckpointStore(string modelDirectory, IStageLog log)
{
    const string Prefix = "checkpoint_";
    const string Partial = ".partial";

    /// <param name="fill">Writes the other files, flushed, into the folder it is given.</param>
    /// <param name="state">With no <see cref="TrainingState.Files"/> yet.</param>
    /// <param name="keep">How many of the newest checkpoints stay; null: all.</param>
    public string Save(TrainingState state, Action<string> fill, int? keep)
    {
        var folder = FolderOf(state.Step);
        var partial = folder + Partial;
        DeleteIfThere(partial);
        Directory.CreateDirectory(partial);
        fill(partial);
        var files = Directory.EnumerateFiles(partial).Order(StringComparer.Ordinal).ToDictionary(path => Path.GetFileName(path), CheckpointFile.Of);
        AtomicFile.WriteAllText(Path.Combine(partial, TrainingState.FileName), (state with { Files = files }).ToJson());
        FolderFlush.ToDisk(partial);
        DeleteIfThere(folder);
        Directory.Move(partial, folder);
        FolderFlush.ToDisk(modelDirectory); // before older ones go
        DeleteOld(state.Step, keep);
        return folder;
    }

    /// <summary>The newest checkpoint that is whole; each damaged one before it is a warning.</summary>
    public (string Folder, TrainingState State)? FindNewest()
    {
        foreach (var (_, folder) in Folders())
        {
            if (TryRead(folder, out var reason) is { } state)
                return (folder, state);
            log.Warning(ErrorCatalog.DamagedTrainingCheckpoint.Warns(folder, $"{reason}; going back to the checkpoint before it"));
        }
        return null;
    }

    /// <exception cref="DiagnosticException">The folder is damaged.</exception>
    public static TrainingState Read(string folder) =>
        TryRead(folder, out var reason) ?? throw ErrorCatalog.DamagedTrainingCheckpoint.Fails(folder, reason);

    public static bool IsCheckpoint(string folder) => File.Exists(Path.Combine(folder, TrainingState.FileName));

    static TrainingState? TryRead(string folder, out string reason)
    {
        try
        {
            var state = TrainingState.Parse(File.ReadAllText(Path.Combine(folder, TrainingState.FileName)));
            reason = DamageOf(folder, state);
            return reason.Length == 0 ? state : null;
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            reason = error switch
            {
                JsonException => $"{TrainingState.FileName} is damaged",
                FileNotFoundException => $"{TrainingState.FileName} is missing",
                _ => error.Message,
            };
            return null;
        }
    }

    // Empty where there is none.
    static string DamageOf(string folder, TrainingState state)
    {
        if (state.Format != TrainingState.CurrentFormat)
            return $"format {state.Format} is not known here";
        if (StepOf(folder) is { } named && named != state.Step)
            return string.Create(CultureInfo.InvariantCulture, $"{TrainingState.FileName} is of step {state.Step}");
        return state.Files.FirstOrDefault(file => !IsWhole(Path.Combine(folder, file.Key), file.Value)).Key is { } file ? $"{file} is missing or changed" : "";
    }

    static bool IsWhole(string path, CheckpointFile expected) =>
        File.Exists(path) && new FileInfo(path).Length == expected.Bytes && CheckpointFile.Of(path) == expected;

    void DeleteOld(long savedStep, int? keep)
    {
        var best = BestCheckpoint.Find(modelDirectory)?.Step;
        // One of a later step is damaged, or the run would have gone on from it: it must not take the place of a whole one.
        foreach (var (_, folder) in Folders().Where(entry => entry.Step > savedStep))
            Directory.Delete(folder, recursive: true);
        foreach (var (_, folder) in keep is { } count ? Folders().Skip(count).Where(entry => entry.Step != best) : [])
            Directory.Delete(folder, recursive: true);
        foreach (var leftover in Directory.EnumerateDirectories(modelDirectory, $"{Prefix}*{Partial}"))
            Directory.Delete(leftover, recursive: true);
    }

    // Newest first.
    IEnumerable<(long Step, string Folder)> Folders() => !Directory.Exists(modelDirectory) ? [] : Directory
        .EnumerateDirectories(modelDirectory, Prefix + "*")
        .Where(folder => StepOf(folder) is not null)
        .Select(folder => (StepOf(folder)!.Value, folder))
        .OrderByDescending(entry => entry.Value)
        .ToList();

    // Null: not a name that a checkpoint is saved under.
    static long? StepOf(string folder) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) is var name && name.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;

    string FolderOf(long step) => Path.Combine(Path.GetFullPath(modelDirectory), string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step}"));

    static void DeleteIfThere(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
