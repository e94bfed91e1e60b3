using Llava.Contracts.Diagnostics;

namespace Llava.Evaluate.Answers;

/// <summary>
/// Answers by question id. Joining them with annotations is where a wrong number is made without anyone noticing, so
/// an id that stands twice, has no answer, or is not among the annotations is refused.
/// </summary>
sealed class AnswerSheet
{
    const int NamedIds = 5;

    readonly Dictionary<string, Answer> _byId = [];
    readonly string _path;
    readonly bool _isRehearsal;

    /// <param name="path">Of the answers, for messages.</param>
    /// <param name="isRehearsal">The path is that of the questions, which these answers stand for.</param>
    /// <exception cref="DiagnosticException">A question is answered twice.</exception>
    public AnswerSheet(IReadOnlyList<Answer> answers, string path, bool isRehearsal = false)
    {
        (Answers, _path, _isRehearsal) = (answers, path, isRehearsal);
        var repeated = answers.Where(answer => !_byId.TryAdd(answer.Id.Text, answer)).Select(answer => answer.Id.Text).ToList();
        if (repeated.Count > 0)
            throw ErrorCatalog.RepeatedQuestion.Fails(path, $"{repeated.Count} {(isRehearsal ? "question ids stand" : "questions are answered")} twice: {Name(repeated)}");
    }

    /// <summary>In the file's order.</summary>
    public IReadOnlyList<Answer> Answers { get; }

    public Answer? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Each item with its answer, in the items' order.</summary>
    /// <param name="annotationsPath">Of the items, for messages.</param>
    /// <param name="isPartial">Items without an answer are left out: a run with a limit was asked for.</param>
    public IReadOnlyList<(T Item, Answer Answer)> Match<T>(IReadOnlyList<T> items, Func<T, string> idOf, string annotationsPath, bool isPartial = false)
    {
        RefuseUnknown(items, idOf, annotationsPath);
        if (!isPartial)
            RequireAnswers(items, idOf, annotationsPath);
        return [.. items.Where(item => _byId.ContainsKey(idOf(item))).Select(item => (item, _byId[idOf(item)]))];
    }

    /// <exception cref="DiagnosticException">An answer is to none of these, or one of them stands twice.</exception>
    public void RefuseUnknown<T>(IReadOnlyList<T> items, Func<T, string> idOf, string annotationsPath)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var repeated = items.Select(idOf).Where(id => !ids.Add(id)).ToList();
        if (repeated.Count > 0)
            throw ErrorCatalog.RepeatedQuestion.Fails(annotationsPath, $"{repeated.Count} question ids stand twice: {Name(repeated)}");
        var unknown = _byId.Values.Select(answer => answer.Id.Text).Where(id => !ids.Contains(id)).ToList();
        if (unknown.Count > 0)
            throw ErrorCatalog.AnnotationsDoNotFit.Fails(annotationsPath, $"{unknown.Count} {(_isRehearsal ? $"questions in {_path} are" : $"answers in {_path} are to questions that are")} not here: {Name(unknown)}");
    }

    /// <exception cref="DiagnosticException">One of these has no answer.</exception>
    public void RequireAnswers<T>(IReadOnlyList<T> items, Func<T, string> idOf, string annotationsPath)
    {
        var missing = items.Select(idOf).Where(id => !_byId.ContainsKey(id)).ToList();
        if (missing.Count > 0)
            throw ErrorCatalog.MissingAnswers.Fails(_path, $"{missing.Count} of {items.Count} questions in {annotationsPath} {(_isRehearsal ? "are not asked" : "have no answer")}: {Name(missing)}");
    }

    /// <summary>The first few.</summary>
    public static string Name(IReadOnlyList<string> ids) =>
        string.Join(", ", ids.Take(NamedIds)) + (ids.Count > NamedIds ? ", …" : "");
}
