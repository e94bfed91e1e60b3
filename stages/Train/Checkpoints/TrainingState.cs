using System.Text.Json;
using Llava.Data.Loading;

namespace Llava.Train.Checkpoints;

/// <summary>What a checkpoint holds besides tensors: <c>training_state.json</c>, written last.</summary>
/// <param name="Step">Optimizer steps made.</param>
/// <param name="Position">Where the loader goes on.</param>
/// <param name="RandomSeed">With the step, all that what is drawn at random depends on: <see cref="Optimization.StepRandomness"/>.</param>
/// <param name="Settings">The settings that decide the result, by dotted key.</param>
/// <param name="Files">Every other file of the checkpoint.</param>
sealed record TrainingState(
    int Format,
    long Step,
    LoaderPosition Position,
    long RandomSeed,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyDictionary<string, CheckpointFile> Files)
{
    public const string FileName = "training_state.json";
    public const int CurrentFormat = 2;

    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <exception cref="JsonException">Not a training state.</exception>
    public static TrainingState Parse(string json) => JsonSerializer.Deserialize<TrainingState>(json, Json) ?? throw new JsonException("empty");
}

sealed record CheckpointFile(long Bytes, string Sha256)
{
    public static CheckpointFile Of(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return new CheckpointFile(stream.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream)));
    }
}
