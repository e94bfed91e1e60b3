using Llava.Tasks.Staleness;

namespace Llava.Tasks.Reproducing;

/// <summary>A stage of a run: what it was made from, and the hash of each file it wrote that is the same every time.</summary>
/// <param name="Inputs">By what they are to the stage, in the stage's order; never by path, which is the machine's.</param>
/// <param name="Files">Hash by path in the stage's folder; a folder of many files is one line, its path with <c>/*</c>.</param>
sealed record RunStage(
    string Stage,
    IReadOnlyDictionary<string, string> Code,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<(string Role, string Sha256)> Inputs,
    IReadOnlyDictionary<string, string> Files)
{
    // More files than this in one folder are hashed as one.
    const int ManyFiles = 64;

    // Kernels of the machine's own choice run in the stages with this code.
    static readonly string[] CodeWithKernels = ["Train", "Generate"];

    // What such a stage wrote is this to the next one.
    static readonly string[] RolesWithFloats = ["weights", "model"];

    // Times of day, seconds and megabytes, or the folder that it ran in.
    static readonly string[] OfThisRunAlone = ["metrics.jsonl", "data_params.json", "training_state.json"];

    /// <summary>What it writes depends on how the machine adds floats.</summary>
    public bool HasFloats => Code.Keys.Any(CodeWithKernels.Contains) || Inputs.Any(input => IsFloat(input.Role));

    public static bool IsFloat(string role) => RolesWithFloats.Contains(role);

    public static RunStage Of(StagePlan plan, IReadOnlyList<FileFingerprint> files) => new(
        plan.Stage, plan.Code, plan.Settings, [.. plan.Inputs.Select(input => (input.Role, input.Digest.Sha256))], HashesOf(files));

    static SortedDictionary<string, string> HashesOf(IReadOnlyList<FileFingerprint> files)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in files.Where(file => IsReproducible(file.RelativePath)).GroupBy(file => Path.GetDirectoryName(file.RelativePath)!))
        {
            if (folder.Count() > ManyFiles)
                hashes[$"{folder.Key}/*"] = TreeDigest.Of([.. folder]).Sha256;
            else
                foreach (var file in folder)
                    hashes[file.RelativePath] = file.Sha256;
        }
        return hashes;
    }

    static bool IsReproducible(string path)
    {
        var name = Path.GetFileName(path);
        return !path.Split('/').Any(part => part.StartsWith('.')) && !OfThisRunAlone.Contains(name) && !name.StartsWith("events.out.tfevents.", StringComparison.Ordinal);
    }
}
