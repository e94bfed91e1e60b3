using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints.Hdf5;
using Llava.Model.Checkpoints.Safetensors;
using Llava.Model.Checkpoints.Torch;

namespace Llava.Model.Checkpoints;

/// <summary>Opens a checkpoint by what it is: a file of any container, or a folder with one checkpoint in it, sharded or not.</summary>
public static class CheckpointFolder
{
    /// <summary>In the order in which they are looked for: an index before single files, safetensors before pickles.</summary>
    static readonly string[] WellKnownNames =
    [
        "model.safetensors.index.json", "model.safetensors", "pytorch_model.bin.index.json", "pytorch_model.bin", "model.bin.index.json", "model.bin", "model.mdl",
    ];

    /// <summary>Of shards, whatever their format.</summary>
    internal static IReadOnlyList<string> IndexNames { get; } = [.. WellKnownNames.Where(name => name.EndsWith(".index.json", StringComparison.Ordinal))];

    const string StepPrefix = "checkpoint_", StepExtension = ".mdl";

    static readonly string[] WeightExtensions = [".safetensors", ".bin", ".pt", ".pth", ".mdl"];

    /// <param name="path">A file, a folder with a checkpoint, or a training's folder, of which the newest <c>checkpoint_&lt;step&gt;</c> (a folder, or a file <c>.mdl</c>) is taken.</param>
    /// <exception cref="DiagnosticException">Nothing is there, or it is not a checkpoint.</exception>
    public static ICheckpointReader Open(string path)
    {
        if (File.Exists(path))
            return path.EndsWith(".index.json", StringComparison.Ordinal) ? new ShardedReader(ShardIndex.Load(path)) : OpenFile(path, new StridedBand());
        if (!Directory.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such checkpoint");
        return Open(FindIn(path));
    }

    /// <summary>The file that <see cref="Open"/> starts from: the path itself, or an index or a file of weights in the folder.</summary>
    /// <exception cref="DiagnosticException">There is none.</exception>
    public static string FileOf(string path) => Directory.Exists(path) ? FindIn(path) : path;

    /// <summary>Whether <see cref="Open"/> would find a checkpoint in this folder itself.</summary>
    public static bool HoldsCheckpoint(string folder) =>
        Directory.Exists(folder) && (WellKnownNames.Any(name => File.Exists(Path.Combine(folder, name))) || (NewestStep(folder) is { } newest ? File.Exists(newest) : WeightFiles(folder).Length == 1));

    /// <param name="strided">Shared by the shards of a checkpoint.</param>
    internal static ICheckpointReader OpenFile(string path, StridedBand strided) => ContainerSignature.Of(path) switch
    {
        ContainerKind.Zip => TorchZipFile.Open(path, strided),
        ContainerKind.Hdf5 => Hdf5CheckpointFile.Open(path),
        ContainerKind.LegacyPickle => LegacyTorchFile.Open(path, strided),
        _ => SafetensorsFile.Open(path),
    };

    static string FindIn(string folder)
    {
        foreach (var name in WellKnownNames)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
                return path;
        }
        if (NewestStep(folder) is { } newest)
            return File.Exists(newest) ? newest : FindIn(newest);
        return WeightFiles(folder) switch
        {
            [var single] => single,
            [] => throw ErrorCatalog.FileNotFound.Fails(folder, $"no checkpoint in this folder; looked for {string.Join(", ", WellKnownNames)}"),
            var many => throw ErrorCatalog.BadCheckpointIndex.Fails(folder, $"{many.Length} weight files but no index: {string.Join(", ", many.Take(3).Select(Path.GetFileName))}"),
        };
    }

    // A folder, or ModelZoo's own checkpoint_<step>.mdl.
    static string? NewestStep(string folder) => Directory.EnumerateFileSystemEntries(folder, StepPrefix + "*")
        .Where(entry => Path.GetExtension(entry) == (Directory.Exists(entry) ? "" : StepExtension))
        .Select(step => (IsStep: long.TryParse(Path.GetFileNameWithoutExtension(step).AsSpan(StepPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number), number, step))
        .Where(entry => entry.IsStep)
        .OrderByDescending(entry => entry.number)
        .Select(entry => entry.step)
        .FirstOrDefault();

    static string[] WeightFiles(string folder) =>
    [
        .. Directory.EnumerateFiles(folder)
            .Where(file => WeightExtensions.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            .Order(StringComparer.Ordinal),
    ];
}
