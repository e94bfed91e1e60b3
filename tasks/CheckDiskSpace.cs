using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>
/// Compares the free disk space with what the stages that are not fresh will write: as much as last time, or for one that never
/// ran a guess by what it is made of, a multiple of the raw data or of the pretrained pair.
/// </summary>
public sealed class CheckDiskSpace : GraphTask
{
    /// <summary>Folder of the pretrained pair; it may not exist yet.</summary>
    public string Pretrained { get; set; } = "";

    protected override void Run(GraphSession session)
    {
        var stages = session.Verdicts.Where(verdict => !verdict.IsFresh).ToArray();
        var pair = SizeOf(Pretrained);
        var raw = stages.Where(verdict => verdict.Stage.StartsWith("preprocess/", StringComparison.Ordinal)).Sum(verdict => verdict.Plan?.Inputs.Sum(input => input.Digest.SizeBytes) ?? 0);
        var needed = stages.Sum(verdict => verdict.Last?.Outputs.Sum(output => output.Digest.SizeBytes) ?? Guess(verdict.Stage, pair, raw));
        var free = FreeBytes();
        if (needed > free)
            Log.LogDiagnostic(ErrorCatalog.DiskTooSmall.At(ArtifactsDir, string.Create(CultureInfo.InvariantCulture, $"the {stages.Length} stages to run write about {needed / 1e9:0.0} GB, but only {free / 1e9:0.0} GB are free here")));
        else
            Log.LogMessage(MessageImportance.High, "{0}", string.Create(CultureInfo.InvariantCulture, $"disk: about {needed / 1e9:0.0} GB to write, {free / 1e9:0.0} GB free"));
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

    long FreeBytes()
    {
        var folder = new DirectoryInfo(ArtifactsDir);
        while (!folder.Exists)
            folder = folder.Parent!;
        return new DriveInfo(folder.FullName).AvailableFreeSpace;
    }
}
