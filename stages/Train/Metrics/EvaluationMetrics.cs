using System.Text.Json;
using Llava.Contracts.Files;

namespace Llava.Train.Metrics;

/// <summary>Teacher-forced quality over <c>eval_input</c>, weighted by token.</summary>
/// <param name="Loss">Mean cross-entropy of a supervised token, in nats.</param>
/// <param name="TokenAccuracy">Share of supervised tokens that are the model's first choice.</param>
sealed record EvaluationMetrics(long Step, double Loss, double Perplexity, double TokenAccuracy, long SupervisedTokens, long Sequences)
{
    public const string FileName = "eval.json";

    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Converters = { new NumberOrNull() } };

    public void Write(string modelDirectory) =>
        AtomicFile.WriteAllText(Path.Combine(modelDirectory, FileName), JsonSerializer.Serialize(this, new JsonSerializerOptions(Json) { WriteIndented = true }) + "\n");
}
