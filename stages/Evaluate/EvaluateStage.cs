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
        var scoring = ScoringInput(benchmark, options, log);
        RequireTruths(benchmark, scoring, options);
        RequireFitting(benchmark, scoring, questions, options);
        var hashes = new FileHashCache(options.HashCachePath);
        var contamination = LookForTrainedOn(options, questions, images, hashes);

        using var model = new AskedModel(options, benchmark, hashes);
        var answers = Ask(model, benchmark, options, questions, images, isBlank: false, log, cancellation);
        var blankAnswers = options.BlankControl ? Ask(model, benchmark, options, questions, images, isBlank: true, log, cancellation) : null;

        scoring = scoring with { Answers = answers };
        if (MakeUpload(benchmark, scoring) is { } upload)
            AtomicFile.WriteAllBytes(Output(options, upload.FileName), upload.Content.Span);
        return Score(benchmark, scoring, options, blankAnswers, contamination);
    }

    static ContaminationReport? LookForTrainedOn(EvaluateOptions options, IReadOnlyList<Question> questions, ImageFolder images, FileHashCache hashes) => options.TrainingSamples.Count == 0 || options.TrainingImagesPath is null
        ? null
        : new ContaminationCheck(TrainingPictures.Find(options.TrainingSamples, options.TrainingImagesPath), hashes).Run(questions, path => images.Resolve(path, options.QuestionsPath));

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
        var (name, activity) = isBlank ? (BlankAnswersName, $"answering {benchmark.Name} with blank pictures") : (AnswersName, $"answering {benchmark.Name}");
        return model.Start(isBlank, new PictureSource(images, options.QuestionsPath)).Run(questions, Output(options, name), activity, keepsOthers: options.Limit is not null, log, cancellation);
    }

    static ScoreReport? Score(Benchmark benchmark, ScoringInput scoring, EvaluateOptions options, IReadOnlyList<Answer>? blankAnswers, ContaminationReport? contamination)
    {
        var (log, answers) = (scoring.Log, scoring.Answers!);
        if (benchmark.WhyUnscored(scoring) is { } reason)
        {
            log.Information($"{benchmark.Title}: no score, {reason}");
            if (contamination is not null)
                log.Information(contamination.ToLine());
            AtomicFile.WriteAllText(Output(options, ScoreName), ScoreReport.Unscored(benchmark, answers.Count, reason, contamination));
            return null;
        }
        var report = new ScoreReport(benchmark, benchmark.Score(scoring))
        {
            Contamination = contamination,
            BlankControl = blankAnswers is null ? null : BlankControl.Of(benchmark.Truths(scoring.Annotations)!, ById(answers), ById(blankAnswers)),
        };
        foreach (var line in report.ToLines())
            log.Information(line);
        log.Count("score", report.Score.Value);
        log.Count("questions", report.Score.QuestionCount);
        AtomicFile.WriteAllText(Output(options, ScoreName), report.ToJson());
        return report;
    }

    static UploadFile? MakeUpload(Benchmark benchmark, ScoringInput scoring) =>
        benchmark.UploadNeedsAnnotations && scoring.AnnotationsPath is null ? null : benchmark.Upload(scoring);

    static void RequireTruths(Benchmark benchmark, ScoringInput scoring, EvaluateOptions options)
    {
        if (options.BlankControl && (scoring.AnnotationsPath is not { } annotations || benchmark.Truths(annotations) is null))
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"--blank-control compares with one right answer a question, which {benchmark.Name} does not have"));
    }

    // Before the first hour of answering, not after the last: whatever scoring would refuse of the questions and annotations, it refuses of answers that say nothing.
    static void RequireFitting(Benchmark benchmark, ScoringInput scoring, IReadOnlyList<Question> questions, EvaluateOptions options)
    {
        if (options.AnnotationsPath is { } path && !File.Exists(path) && !Directory.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there are no such annotations");
        var rehearsal = scoring with
        {
            AnswersPath = options.QuestionsPath,
            Answers = [.. questions.Select(question => new Answer(question.Id, question.Prompt, ""))],
            IsRehearsal = true,
            Log = SilentStageLog.Instance,
        };
        MakeUpload(benchmark, rehearsal);
        if (benchmark.WhyUnscored(rehearsal) is null)
            benchmark.Score(rehearsal);
    }

    static ScoringInput ScoringInput(Benchmark benchmark, EvaluateOptions options, IStageLog log) => new(
        Output(options, AnswersName),
        options.AnnotationsPath ?? (benchmark.QuestionsAreAnnotated ? options.QuestionsPath : null),
        options.QuestionsPath,
        IsPartial: options.Limit is not null || options.OnlyPicturesPath is not null) { Log = log };

    static Dictionary<string, string> ById(IReadOnlyList<Answer> answers) => answers.ToDictionary(answer => answer.Id.Text, answer => answer.Text);

    static string Output(EvaluateOptions options, string name) => Path.Combine(options.OutputPath, name);
}
