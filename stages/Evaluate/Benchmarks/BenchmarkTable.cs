using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;

namespace Llava.Evaluate.Benchmarks;

/// <summary>Every benchmark, in the order of LLaVA-1.5's tables; a new one is a class and a line here.</summary>
public static class BenchmarkTable
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new VqaV2(),
        new Gqa(),
        new VizWiz(),
        new ScienceQa(),
        new TextVqa(),
        new Pope(),
        new Mme(),
        new MmBench("mmbench", "MMBench dev", Questions.QuestionSuffix.Letter, new PublishedScore(64.3, 67.7)),
        new MmBench("mmbench_cn", "MMBench-CN dev", Questions.QuestionSuffix.ChineseLetter, new PublishedScore(58.3, 63.6)),
        new SeedBench(),
        new LlavaBench(),
        new MmVet(),
        new ChartQa(),
        new DocumentVqa("docvqa", "DocVQA val", "val_v1.0_withQT"),
        new DocumentVqa("infographicsvqa", "InfographicsVQA val", "infographicsVQA_val_v1.0_withQT"),
        new Ai2d(),
    ];

    public static IEnumerable<string> Names => All.Select(benchmark => benchmark.Name);

    public static Benchmark Find(string name) =>
        All.FirstOrDefault(benchmark => benchmark.Name == name)
        ?? throw new DiagnosticException(ErrorCatalog.UnknownBenchmark.Says(NearestKey.Find(name, Names) is { } nearest
            ? $"there is no benchmark \"{name}\"; did you mean {nearest}?"
            : $"there is no benchmark \"{name}\"; there are {string.Join(", ", Names)}"));
}
