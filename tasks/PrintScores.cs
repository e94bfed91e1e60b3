using System.Globalization;
using System.Text.Json;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>A line for every benchmark that has been evaluated, from its <c>score.json</c>.</summary>
public sealed class PrintScores : CodedTask
{
    [Required]
    public string EvaluateDir { get; set; } = "";

    public ITaskItem[] Benchmarks { get; set; } = [];

    const int NamesShown = 3;

    protected override void Run()
    {
        foreach (var benchmark in Benchmarks)
        {
            var path = System.IO.Path.Combine(EvaluateDir, benchmark.ItemSpec, "score.json");
            if (!File.Exists(path))
                continue;
            using var score = JsonDocument.Parse(File.ReadAllBytes(path));
            Log.LogMessage(MessageImportance.High, "{0}", $"{benchmark.ItemSpec}: {Describe(score.RootElement)}");
        }
    }

    /// <summary>
    /// "relaxed accuracy 99.7 (95 % 99.0 to 100.0, n 300); LLaVA-1.5 published 7B 62.0, 13B 63.3; exact match 0.997, with blank pictures 0.263, most
    /// common answer 0.160; 2 of 300 pictures trained on: a.png, b.png".
    /// </summary>
    internal static string Describe(JsonElement score) => string.Join("; ", new[] { Score(score), Published(score), BlankControl(score), Contamination(score) }.OfType<string>());

    static string Score(JsonElement score)
    {
        if (score.GetProperty("score").ValueKind != JsonValueKind.Number)
            return score.TryGetProperty("reason", out var reason) ? $"not scored, {reason.GetString()}" : "not scored";
        var interval = score.GetProperty("interval");
        return string.Create(CultureInfo.InvariantCulture, $"{score.GetProperty("metric").GetString()} {Number(score, "score"):0.0} (95 % {Number(interval, "low"):0.0} to {Number(interval, "high"):0.0}, n {Number(score, "n")})");
    }

    static string? Published(JsonElement score) => score.TryGetProperty("published", out var published)
        ? string.Create(CultureInfo.InvariantCulture, $"LLaVA-1.5 published 7B {Number(published, "llava-1.5-7b"):0.0}, 13B {Number(published, "llava-1.5-13b"):0.0}")
        : null;

    static string? BlankControl(JsonElement score) => score.TryGetProperty("blank_exact_match", out _)
        ? string.Create(CultureInfo.InvariantCulture, $"exact match {Number(score, "exact_match"):0.000}, with blank pictures {Number(score, "blank_exact_match"):0.000}, most common answer {Number(score, "most_common_answer_share"):0.000}")
        : null;

    static string? Contamination(JsonElement score)
    {
        if (!score.TryGetProperty("contamination", out var contamination))
            return null;
        string[] names = [.. contamination.GetProperty("names").EnumerateArray().Select(name => name.GetString()!)];
        var pictures = contamination.GetProperty("pictures").GetInt32();
        var found = names.Length == 0
            ? $"none of {pictures} pictures trained on"
            : $"{names.Length} of {pictures} pictures trained on: {string.Join(", ", names.Take(NamesShown))}{(names.Length > NamesShown ? ", ..." : "")}";
        return found + NotCompared(contamination.GetProperty("training_pictures").GetInt32(), contamination.TryGetProperty("absent_training_pictures", out var absent) ? absent.GetInt32() : 0);
    }

    static string NotCompared(int compared, int absent) =>
        absent > 0 ? $" ({absent} of {absent + compared} training pictures are not there to compare with)"
        : compared == 0 ? " (there are no training pictures to compare with)"
        : "";

    static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
