using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Evaluate.Answering;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Benchmarks;
using Llava.Evaluate.Contamination;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate;

/// <summary>Asks a model the questions of a benchmark and scores its answers. Goes on where it was stopped.</summary>
public static class EvaluateStage
{
    public const string AnswersName = "answers.jsonl";
    public const string BlankAnswersName = "blank_answers.jsonl";
    public const string ScoreName = "score.json";

    /// <returns>Null where the answers cannot be scored here; <c>score.json</c> says why.</returns>
    /// <exception cref="DiagnosticException">Questions, pictures, model or annotations are not what they should be.</exception>
    public static Task<ScoreReport?> RunAsync(EvaluateOptions options, IStageLog log, CancellationToken cancellation) =>
        Task.Run(() => Run(options, log, cancellation), cancellation);

    static ScoreReport? Run(EvaluateOptions options, IStageLog log, CancellationToken cancellation)
    {
        var benchmark = BenchmarkTable.Find(options.Benchmark);
        var questions = ReadQuestions(benchmark, options, log);
        var images = new ImageFolder(options.ImagesPath);
        DiagnosticException.ThrowIfAny([.. images.Problems(questions, options.QuestionsPath)]);
        RequireTruths(benchmark, options);
        RequireAnnotations(options);
        var contamination = LookForTrainedOn(options, questions, images);

        using var model = new AskedModel(options, benchmark);
        var answers = Ask(model, benchmark, options, questions, images, isBlank: false, log, cancellation);
        var blankAnswers = options.BlankControl ? Ask(model, benchmark, options, questions, images, isBlank: true, log, cancellation) : null;

        WriteUpload(benchmark, options, log);
        return Score(benchmark, options, answers, blankAnswers, contamination, log);
    }

    static ContaminationReport? LookForTrainedOn(EvaluateOptions options, IReadOnlyList<Question> questions, ImageFolder images) => options.TrainingSamples.Count == 0 || options.TrainingImagesPath is null
        ? null
        : new ContaminationCheck(TrainingPictures.Find(options.TrainingSamples, options.TrainingImagesPath), new PictureHashCache(options.HashCachePath))
            .Run(questions, path => images.Resolve(path, options.QuestionsPath));

    static IReadOnlyList<Question> ReadQuestions(Benchmark benchmark, EvaluateOptions options, IStageLog log)
    {
        var questions = benchmark.ReadQuestions(options.QuestionsPath, options.Suffix ?? benchmark.Suffix);
        if (questions.Count == 0)
            throw ErrorCatalog.BadQuestions.Fails(options.QuestionsPath, "there is no question in it");
        if (options.OnlyPicturesPath is { } list)
            questions = PictureSelection.Choose(questions, list, log);
        return options.Limit is { } limit ? [.. questions.Take(limit)] : questions;
    }

    static IReadOnlyList<Answer> Ask(
        AskedModel model, Benchmark benchmark, EvaluateOptions options, IReadOnlyList<Question> questions, ImageFolder images, bool isBlank, IStageLog log, CancellationToken cancellation)
    {
        var pictures = new PictureSource(images, options.QuestionsPath, Output(options, "pictures"));
        var (name, activity) = isBlank ? (BlankAnswersName, $"answering {benchmark.Name} with blank pictures") : (AnswersName, $"answering {benchmark.Name}");
        return model.Start(isBlank, pictures).Run(questions, Output(options, name), activity, log, cancellation);
    }

    static ScoreReport? Score(Benchmark benchmark, EvaluateOptions options, IReadOnlyList<Answer> answers, IReadOnlyList<Answer>? blankAnswers, ContaminationReport? contamination, IStageLog log)
    {
        if (WhyUnscored(benchmark, options) is { } reason)
        {
            log.Information($"{benchmark.Title}: no score, {reason}");
            if (contamination is not null)
                log.Information(contamination.ToLine());
            AtomicFile.WriteAllText(Output(options, ScoreName), ScoreReport.Unscored(benchmark, answers.Count, reason, contamination));
            return null;
        }
        var report = new ScoreReport(benchmark, benchmark.Score(ScoringInput(benchmark, options, log)))
        {
            Contamination = contamination,
            BlankControl = blankAnswers is null ? null : BlankControl.Of(benchmark.Truths(Annotations(benchmark, options)!)!, ById(answers), ById(blankAnswers)),
        };
        foreach (var line in report.ToLines())
            log.Information(line);
        log.Count("score", report.Score.Value);
        log.Count("questions", report.Score.QuestionCount);
        AtomicFile.WriteAllText(Output(options, ScoreName), report.ToJson());
        return report;
    }

    static string? WhyUnscored(Benchmark benchmark, EvaluateOptions options) =>
        benchmark.IsScoredElsewhere ? "a server has its annotations"
        : benchmark.AnswersAreReviewed ? "its answers have to be reviewed first: score the reviews"
        : Annotations(benchmark, options) is null ? "its annotations were not given"
        : null;

    static void WriteUpload(Benchmark benchmark, EvaluateOptions options, IStageLog log)
    {
        if (benchmark.UploadNeedsAnnotations && Annotations(benchmark, options) is null)
            return;
        if (benchmark.Upload(ScoringInput(benchmark, options, log)) is not { } upload)
            return;
        AtomicFile.WriteAllBytes(Output(options, upload.FileName), upload.Content.Span);
    }

    static void RequireTruths(Benchmark benchmark, EvaluateOptions options)
    {
        if (options.BlankControl && (Annotations(benchmark, options) is not { } annotations || benchmark.Truths(annotations) is null))
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"--blank-control compares with one right answer a question, which {benchmark.Name} does not have"));
    }

    // Before the first hour of answering, not after the last.
    static void RequireAnnotations(EvaluateOptions options)
    {
        if (options.AnnotationsPath is { } path && !File.Exists(path) && !Directory.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there are no such annotations");
    }

    static ScoringInput ScoringInput(Benchmark benchmark, EvaluateOptions options, IStageLog log) =>
        new(Output(options, AnswersName), Annotations(benchmark, options), options.QuestionsPath, IsPartial: options.Limit is not null || options.OnlyPicturesPath is not null) { Log = log };

    static string? Annotations(Benchmark benchmark, EvaluateOptions options) =>
        options.AnnotationsPath ?? (benchmark.QuestionsAreAnnotated ? options.QuestionsPath : null);

    static Dictionary<string, string> ById(IReadOnlyList<Answer> answers) => answers.ToDictionary(answer => answer.Id.Text, answer => answer.Text);

    static string Output(EvaluateOptions options, string name) => Path.Combine(options.OutputPath, name);
}
