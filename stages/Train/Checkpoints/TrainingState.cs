using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Llava.Contracts.Files;
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
    public const int CurrentFormat = 3;

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>SHA-256 of all the rest: a digit that flips here would change the training in silence.</summary>
    public string Digest { get; init; } = "";

    public string ToJson() => (this with { Digest = DigestOfRest() }).Serialize();

    /// <exception cref="JsonException">Not a training state, or not as it was written.</exception>
    public static TrainingState Parse(string json)
    {
        var state = JsonSerializer.Deserialize<TrainingState>(json, Json) ?? throw new JsonException("empty");
        return state.Format != CurrentFormat || state.Digest == state.DigestOfRest() ? state : throw new JsonException("changed");
    }

    string Serialize() => JsonSerializer.Serialize(this, Json) + "\n";

    string DigestOfRest() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes((this with { Digest = "" }).Serialize())));
}

sealed record CheckpointFile(long Bytes, string Sha256)
{
    public static CheckpointFile Of(string path) => new(new FileInfo(path).Length, FileHash.Sha256(path));
}
