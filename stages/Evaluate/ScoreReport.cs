using System.Globalization;
using System.Text.Json.Nodes;
using Llava.Evaluate.Benchmarks;
using Llava.Evaluate.Contamination;
using Llava.Evaluate.Json;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate;

/// <summary>A score as it is shown and saved.</summary>
public sealed record ScoreReport(Benchmark Benchmark, BenchmarkScore Score)
{
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Against another model's answers; null where none were given.</summary>
    public PairedComparison? Comparison { get; init; }

    /// <summary>Against the same model without the pictures; null where that was not asked for.</summary>
    public BlankControl? BlankControl { get; init; }

    /// <summary>The benchmark's pictures that were trained on; null where that was not looked for.</summary>
    public ContaminationReport? Contamination { get; init; }

    /// <summary>The text of <c>score.json</c>.</summary>
    public string ToJson() => PythonJson.Serialize(ToNode(), indent: 2) + "\n";

    /// <summary>The text of <c>score.json</c> where there are answers, but no score.</summary>
    internal static string Unscored(Benchmark benchmark, int questionCount, string reason, ContaminationReport? contamination)
    {
        var node = new JsonObject { ["benchmark"] = benchmark.Name, ["score"] = null, ["n"] = questionCount, ["reason"] = reason };
        AddPublished(benchmark, node);
        if (contamination is not null)
            node["contamination"] = contamination.ToNode();
        return PythonJson.Serialize(node, indent: 2) + "\n";
    }

    /// <summary>Headline, parts, and what was compared, a line each.</summary>
    public IReadOnlyList<string> ToLines() => [Headline(), .. Parts(), .. ComparisonLines(), .. BlankControl?.ToLines() ?? [], .. Contamination is null ? Array.Empty<string>() : [Contamination.ToLine()]];

    string Headline()
    {
        var interval = string.Create(Invariant, $"{Score.Interval.Low:F2} to {Score.Interval.High:F2}");
        var published = Benchmark.Published is { } figures ? string.Create(Invariant, $"; LLaVA-1.5 published 7B {figures.Llava7B:F1}, 13B {figures.Llava13B:F1}") : "";
        return string.Create(Invariant, $"{Benchmark.Title}: {Score.Metric} {Score.Value:F2} (95 % interval {interval}, n = {Score.QuestionCount}){published}");
    }

    IEnumerable<string> Parts()
    {
        var width = Score.Parts.Count == 0 ? 0 : Score.Parts.Max(part => part.Name.Length);
        return Score.Parts.Select(part => string.Create(Invariant, $"  {part.Name.PadRight(width)}  {part.Value:0.##}"));
    }

    IEnumerable<string> ComparisonLines() => Comparison is { } test
        ? [string.Create(Invariant, $"  {test.Metric} against the baseline: {test.Difference:+0.00;-0.00;0.00} (95 % interval {test.Interval.Low:F2} to {test.Interval.High:F2}), p = {test.PValue:F4}, {test.DifferingQuestions} questions differ")]
        : [];

    JsonObject ToNode()
    {
        var node = new JsonObject
        {
            ["benchmark"] = Benchmark.Name,
            ["metric"] = Score.Metric,
            ["score"] = Score.Value,
            ["n"] = Score.QuestionCount,
            ["interval"] = Node(Score.Interval),
            ["parts"] = new JsonObject(Score.Parts.Select(part => KeyValuePair.Create<string, JsonNode?>(part.Name, JsonValue.Create(part.Value)))),
        };
        AddPublished(Benchmark, node);
        if (Comparison is { } test)
            node["comparison"] = new JsonObject { ["metric"] = test.Metric, ["difference"] = test.Difference, ["interval"] = Node(test.Interval), ["p"] = test.PValue, ["differing_questions"] = test.DifferingQuestions };
        BlankControl?.AddTo(node);
        if (Contamination is { } contamination)
            node["contamination"] = contamination.ToNode();
        return node;
    }

    static void AddPublished(Benchmark benchmark, JsonObject node)
    {
        if (benchmark.Published is { } published)
            node["published"] = new JsonObject { ["llava-1.5-7b"] = published.Llava7B, ["llava-1.5-13b"] = published.Llava13B };
    }

    static JsonObject Node(ScoreInterval interval) => new()
    {
        ["low"] = interval.Low,
        ["high"] = interval.High,
        ["confidence"] = Bootstrap.Confidence,
        ["resamples"] = Bootstrap.Resamples,
        ["seed"] = Bootstrap.Seed,
    };
}
