using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>
/// Compares the free space of each disk, the store's too, with what the stages that are not fresh will write: as much as last time, or for one that never
/// ran a guess by what it is made of, a multiple of the raw data or of the pretrained pair.
/// </summary>
public sealed class CheckDiskSpace : GraphTask
{
    /// <summary>Folder of the pretrained pair; it may not exist yet.</summary>
    public string Pretrained { get; set; } = "";

    /// <summary>Folder of the store, which may lie on another disk; "none" for no store.</summary>
    [Required]
    public string StoreDir { get; set; } = "";

    protected override void Run(GraphSession session)
    {
        var stages = session.Verdicts.Where(verdict => !verdict.IsFresh).ToArray();
        var pair = SizeOf(Pretrained);
        var raw = stages.Where(verdict => verdict.Stage.StartsWith("preprocess/", StringComparison.Ordinal)).Sum(verdict => verdict.Plan?.Inputs.Sum(input => input.Digest.SizeBytes) ?? 0);
        var needed = stages.Sum(verdict => verdict.Last?.Outputs.Sum(output => output.Digest.SizeBytes) ?? Guess(verdict.Stage, pair, raw));
        Compare(ArtifactsDir, $"the {stages.Length} stages to run write about {Size(needed)}", needed);
        // On one disk the store's files are the stages' own, by a second name.
        if (StoreDir != OpenGraph.NoStore && DiskOf(StoreDir) != DiskOf(ArtifactsDir))
            Compare(System.IO.Path.GetFullPath(StoreDir), $"the store keeps the {Size(needed)} that {stages.Length} stages write", needed);
    }

    void Compare(string folder, string what, long needed)
    {
        var free = new DriveInfo(Existing(folder)).AvailableFreeSpace;
        if (needed > free)
            Log.LogDiagnostic(ErrorCatalog.DiskTooSmall.At(folder, $"{what}, but only {Size(free)} are free here"));
        else
            Log.LogMessage(MessageImportance.High, "{0}", $"disk: {what}, {Size(free)} are free at {folder}");
    }

    /// <summary>A training keeps weights and two moments in float32, and the one before while it writes the next; samples are written about three times as long as they were.</summary>
    static long Guess(string stage, long pair, long raw) => stage switch
    {
        "convert" or "export" => pair,
        "phase1-train" or "phase2-train" => 8 * pair,
        _ when stage.EndsWith("-hdf5", StringComparison.Ordinal) => 3 * raw,
        _ when stage.StartsWith("preprocess/", StringComparison.Ordinal) => raw,
        _ => 0,
    };

    static long SizeOf(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : 0;

    static string Existing(string folder)
    {
        var existing = new DirectoryInfo(folder);
        while (!existing.Exists)
            existing = existing.Parent!;
        return existing.FullName;
    }

    static string DiskOf(string folder) => DriveInfo.GetDrives().Select(drive => drive.Name).Where(name => $"{Existing(folder)}/".StartsWith(name.TrimEnd('/') + '/', StringComparison.Ordinal)).MaxBy(name => name.Length) ?? "";

    static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{(bytes < 1_000_000_000 ? bytes / 1e6 : bytes / 1e9):0.0} {(bytes < 1_000_000_000 ? "MB" : "GB")}");
}
