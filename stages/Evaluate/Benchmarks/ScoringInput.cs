using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Benchmarks;

/// <summary>What a benchmark scores.</summary>
/// <param name="AnswersPath"><c>answers.jsonl</c>, or for MME the folder of its results and for LLaVA-Bench the saved reviews.</param>
/// <param name="AnnotationsPath">The benchmark's own file or folder.</param>
/// <param name="QuestionsPath">The question file, where it is known.</param>
/// <param name="IsPartial">A limit was asked for: questions without an answer are left out.</param>
sealed record ScoringInput(string AnswersPath, string? AnnotationsPath, string? QuestionsPath = null, bool IsPartial = false)
{
    public IStageLog Log { get; init; } = SilentStageLog.Instance;

    /// <summary>The answers themselves, where they are in memory; the path then only names them.</summary>
    public IReadOnlyList<Answer>? Answers { get; init; }

    /// <summary>The answers stand for the questions, none of which was asked yet.</summary>
    public bool IsRehearsal { get; init; }

    public AnnotationReading ReadOnce { get; init; } = new();

    public string Annotations => AnnotationsPath
        ?? throw ErrorCatalog.AnnotationsNeeded.Fails(AnswersPath, "these answers can only be scored with the benchmark's annotations: give --annotations PATH");

    public IReadOnlyList<Answer> ReadAnswers() => Answers ?? AnswerFile.Read(AnswersPath);

    public AnswerSheet ReadSheet() => new(ReadAnswers(), AnswersPath, IsRehearsal);

    /// <summary>As <see cref="ReadSheet"/>, but broken lines of the file are passed over with a warning each.</summary>
    public AnswerSheet ReadSheetPassingBrokenLines() => new(Answers ?? AnswerFile.ReadPassingBrokenLines(AnswersPath, Log), AnswersPath, IsRehearsal);

    /// <summary>A file of the annotations: their path itself, or the file of that name in the folder it names.</summary>
    public string AnnotationFile(string name) => Directory.Exists(Annotations) ? Path.Combine(Annotations, name) : Annotations;

    /// <summary>
    /// The annotations with their answers, for benchmarks whose own script counts an absent answer as a wrong one; says how many. A question that will
    /// not be asked is no wrong answer, and refused.
    /// </summary>
    /// <param name="consequence">Of an absent answer, for the warning.</param>
    public IReadOnlyList<(T Item, Answer? Answer)> MatchCountingAbsent<T>(IReadOnlyList<T> items, Func<T, string> idOf, string consequence = "count as wrong")
    {
        var sheet = ReadSheet();
        var answered = sheet.Match(items, idOf, Annotations, isPartial: IsPartial || !IsRehearsal);
        if (IsPartial)
            return [.. answered];
        var absent = items.Select(idOf).Where(id => sheet.Find(id) is null).ToList();
        if (absent.Count > 0)
            Log.Warning(ErrorCatalog.MissingAnswers.Warns(AnswersPath, $"{absent.Count} of {items.Count} questions have no answer and {consequence}: {AnswerSheet.Name(absent)}"));
        return [.. items.Select(item => (item, sheet.Find(idOf(item))))];
    }

    /// <summary>
    /// For a file to send that is made of the answers alone: where the question file is known, they are to all of its questions and to no others.
    /// Elsewhere another number of answers than the benchmark has questions is told.
    /// </summary>
    public void RequireAllQuestions(AnswerSheet sheet, string title, int questionCount)
    {
        if (QuestionsPath is not null)
            sheet.Match(LlavaQuestionFile.Read(QuestionsPath), question => question.Id.Text, QuestionsPath, IsPartial);
        else if (sheet.Answers.Count != questionCount)
            Log.Warning(ErrorCatalog.MissingAnswers.Warns(AnswersPath, $"{sheet.Answers.Count} answers, but {title} has {questionCount} questions"));
    }
}
