namespace Llava.Evaluate;

/// <param name="Benchmark">Its name.</param>
/// <param name="AnswersPath"><c>answers.jsonl</c>; see the benchmark for other forms.</param>
/// <param name="AnnotationsPath">Its annotation file, or the folder with its annotation files.</param>
/// <param name="QuestionsPath">Its question file, where scoring needs that too (POPE).</param>
/// <param name="UploadPath">Where to write the file that a server scores; null to write none.</param>
/// <param name="BaselinePath">Answers of another model to the same questions, to compare with; null for none.</param>
public sealed record ScoreOptions(
    string Benchmark,
    string AnswersPath,
    string? AnnotationsPath,
    string? QuestionsPath = null,
    string? UploadPath = null,
    string? BaselinePath = null);
