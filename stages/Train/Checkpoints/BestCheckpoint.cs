using System.Text.Json;
using Llava.Contracts.Files;

namespace Llava.Train.Checkpoints;

/// <summary>Which checkpoint did best on <c>eval_input</c>: <c>best_checkpoint.json</c>. <c>max_checkpoints</c> spares it.</summary>
/// <param name="Loss">Mean cross-entropy of a supervised token, in nats.</param>
sealed record BestCheckpoint(long Step, double Loss)
{
    const string FileName = "best_checkpoint.json";

    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true };

    /// <summary>Null where no evaluation was made, or where the note of it is damaged: the next one makes a new note.</summary>
    public static BestCheckpoint? Find(string modelDirectory)
    {
        var path = Path.Combine(modelDirectory, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<BestCheckpoint>(File.ReadAllText(path), Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A run from step 0 has none yet.</summary>
    public static void Forget(string modelDirectory) => File.Delete(Path.Combine(modelDirectory, FileName));

    public void Write(string modelDirectory) => AtomicFile.WriteAllText(Path.Combine(modelDirectory, FileName), JsonSerializer.Serialize(this, Json) + "\n");
}
