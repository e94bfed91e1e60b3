using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Evaluate.Answers;

namespace Llava.Evaluate.Benchmarks;

/// <summary>What a benchmark scores.</summary>
/// <param name="AnswersPath"><c>answers.jsonl</c>, or for MME the folder of its results and for LLaVA-Bench the saved reviews.</param>
/// <param name="AnnotationsPath">The benchmark's own file or folder.</param>
/// <param name="QuestionsPath">The question file, where it is known.</param>
/// <param name="IsPartial">A limit was asked for: questions without an answer are left out.</param>
sealed record ScoringInput(string AnswersPath, string? AnnotationsPath, string? QuestionsPath = null, bool IsPartial = false)
{
    public IStageLog Log { get; init; } = SilentStageLog.Instance;

    public string Annotations => AnnotationsPath
        ?? throw ErrorCatalog.AnnotationsNeeded.Fails(AnswersPath, "these answers can only be scored with the benchmark's annotations: give --annotations PATH");

    public AnswerSheet ReadSheet() => new(AnswerFile.Read(AnswersPath), AnswersPath);

    /// <summary>A file of the annotations: their path itself, or the file of that name in the folder it names.</summary>
    public string AnnotationFile(string name) => Directory.Exists(Annotations) ? Path.Combine(Annotations, name) : Annotations;
}
