using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Json;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;

namespace Llava.Evaluate.Benchmarks;

/// <summary>
/// TextVQA val: soft accuracy against ten human answers. The id in the answers is the picture's, so annotations are found by
/// picture and question; the question is cut out of the recorded prompt. Annotations: <c>TextVQA_0.5.1_val.json</c>.
/// Source: llava/eval/eval_textvqa.py.
/// </summary>
sealed class TextVqa : Benchmark
{
    const string OcrLine = "Reference OCR token:";

    public override string Name => "textvqa";

    public override string Title => "TextVQA val";

    public override PublishedScore Published => new(58.2, 61.3);

    internal override IReadOnlyList<Question> ReadQuestions(string path, string suffix) => LlavaQuestionFile.Read(path, suffix);

    internal override BenchmarkScore Score(ScoringInput input)
    {
        var path = input.AnnotationFile("TextVQA_0.5.1_val.json");
        var annotations = ReadAnnotations(path);
        var answers = input.ReadAnswers().Select(answer => (Answer: answer, Key: KeyOf(answer.Id.Text, QuestionOf(answer, input.AnswersPath)))).ToList();
        RequireSameQuestions(annotations, [.. answers.Select(answer => answer.Key)], path, input);
        // Where a question stands twice its last annotation holds, as in the reference.
        var byKey = annotations.GroupBy(annotation => annotation.Key).ToDictionary(group => group.Key, group => group.Last().HumanAnswers);
        return BenchmarkScore.OfMean("accuracy", [.. answers.Select(answer => new ScoredItem(answer.Key, SoftVqaAccuracy.Of(answer.Answer.Text, byKey[answer.Key])))]);
    }

    /// <summary>The question, lower case, in any of the forms of prompt that the reference knows.</summary>
    internal static string QuestionOf(Answer answer, string path)
    {
        var prompt = answer.Prompt;
        var lines = prompt.Split('\n');
        var question = prompt.StartsWith("OCR tokens: ", StringComparison.Ordinal) ? Between(prompt, "Question: ", " Short answer:")
            : lines.Length == 3 && prompt.StartsWith(OcrLine, StringComparison.Ordinal) ? lines[1]
            : lines.Length == 3 && prompt.Contains(OcrLine + " ", StringComparison.Ordinal) ? lines[0]
            : lines.Length == 2 ? lines[0]
            : null;
        return PythonText.Lower(question ?? throw ErrorCatalog.BadAnswers.Fails(path, $"the prompt of {answer.Id} has none of the forms of a TextVQA prompt"));
    }

    static string? Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        var end = start < before.Length ? -1 : text.IndexOf(after, start, StringComparison.Ordinal);
        return end < 0 ? null : text[start..end];
    }

    static void RequireSameQuestions(IReadOnlyList<Annotation> annotations, IReadOnlyList<string> answered, string annotationsPath, ScoringInput input)
    {
        var asked = annotations.CountBy(annotation => annotation.Key).ToDictionary();
        var given = answered.CountBy(key => key).ToDictionary();
        if (given.Keys.FirstOrDefault(key => !asked.ContainsKey(key)) is { } unknown)
            throw ErrorCatalog.AnnotationsDoNotFit.Fails(annotationsPath, $"the question {Show(unknown)} of {input.AnswersPath} is not here");
        if (given.FirstOrDefault(entry => entry.Value > asked[entry.Key]) is { Key: { } repeated })
            throw ErrorCatalog.RepeatedQuestion.Fails(input.AnswersPath, $"the question {Show(repeated)} is answered more often than it is asked");
        if (!input.IsPartial && answered.Count < annotations.Count)
            throw ErrorCatalog.MissingAnswers.Fails(input.AnswersPath, $"{annotations.Count - answered.Count} of {annotations.Count} questions in {annotationsPath} have no answer");
    }

    static IReadOnlyList<Annotation> ReadAnnotations(string path)
    {
        var location = new SourceLocation(path);
        var data = JsonText.ReadDocument(path, ErrorCatalog.BadAnnotations).Required("data", JsonValueKind.Array, location, ErrorCatalog.BadAnnotations);
        return [.. data.EnumerateArray().Select(entry => ToAnnotation(entry, location))];
    }

    static Annotation ToAnnotation(JsonElement entry, SourceLocation location)
    {
        var key = KeyOf(entry.RequiredText("image_id", location, ErrorCatalog.BadAnnotations), PythonText.Lower(entry.RequiredText("question", location, ErrorCatalog.BadAnnotations)));
        var answers = entry.Required("answers", JsonValueKind.Array, location, ErrorCatalog.BadAnnotations).EnumerateArray().Select(answer => answer.ToString()).ToList();
        return answers.Count == SoftVqaAccuracy.HumanAnswers
            ? new Annotation(key, answers)
            : throw ErrorCatalog.BadAnnotations.Fails(location, $"the question {Show(key)} has {answers.Count} human answers, not {SoftVqaAccuracy.HumanAnswers}");
    }

    static string KeyOf(string imageId, string question) => $"{imageId}\n{question}";

    static string Show(string key) => key.Replace("\n", ": ");

    sealed record Annotation(string Key, IReadOnlyList<string> HumanAnswers);
}
