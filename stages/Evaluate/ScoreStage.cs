using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Evaluate.Benchmarks;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate;

/// <summary>Scores answers that are there already: ours, or those that the LLaVA repository published. Needs no model.</summary>
public static class ScoreStage
{
    /// <returns>Null where only the file for a server was made.</returns>
    public static ScoreReport? Run(ScoreOptions options, IStageLog log)
    {
        var benchmark = BenchmarkTable.Find(options.Benchmark);
        RequireComparable(benchmark, options);
        var input = new ScoringInput(options.AnswersPath, options.AnnotationsPath, options.QuestionsPath) { Log = log };
        if (options.UploadPath is { } uploadPath)
        {
            var upload = benchmark.Upload(input) ?? throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"--upload: {benchmark.Title} has no file for a server; it is scored here"));
            AtomicFile.WriteAllBytes(uploadPath, upload.Content.Span);
            log.Information($"{uploadPath} is the file for the server");
            if (benchmark.WhyUnscored(input) is not null)
                return null;
        }
        var score = benchmark.Score(input);
        var comparison = options.BaselinePath is { } baseline ? PairedTest.Compare(score, benchmark.Score(input with { AnswersPath = baseline })) : null;
        return new ScoreReport(benchmark, score) { Comparison = comparison };
    }

    static void RequireComparable(Benchmark benchmark, ScoreOptions options)
    {
        if (options.BaselinePath is not null && (benchmark.IsScoredElsewhere || benchmark.AnswersAreReviewed))
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"--baseline compares question by question, which {benchmark.Title} has no figures for"));
    }
}
