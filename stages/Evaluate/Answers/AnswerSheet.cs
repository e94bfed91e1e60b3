using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

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

    /// <param name="path">Of the answers, for messages.</param>
    /// <exception cref="DiagnosticException">A question is answered twice.</exception>
    public AnswerSheet(IReadOnlyList<Answer> answers, string path)
    {
        _path = path;
        var repeated = answers.Where(answer => !_byId.TryAdd(answer.Id.Text, answer)).Select(answer => answer.Id.Text).ToList();
        if (repeated.Count > 0)
            throw ErrorCatalog.RepeatedQuestion.Fails(path, $"{repeated.Count} questions are answered twice: {Name(repeated)}");
    }

    public Answer? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Each item with its answer, in the items' order.</summary>
    /// <param name="annotationsPath">Of the items, for messages.</param>
    /// <param name="isPartial">Items without an answer are left out: a run with a limit was asked for.</param>
    public IReadOnlyList<(T Item, Answer Answer)> Match<T>(IReadOnlyList<T> items, Func<T, string> idOf, string annotationsPath, bool isPartial = false)
    {
        RefuseUnknown([.. items.Select(idOf)], annotationsPath);
        var missing = items.Where(item => !_byId.ContainsKey(idOf(item))).Select(idOf).ToList();
        if (missing.Count > 0 && !isPartial)
            throw ErrorCatalog.MissingAnswers.Fails(_path, $"{missing.Count} of {items.Count} questions in {annotationsPath} have no answer: {Name(missing)}");
        return [.. items.Where(item => _byId.ContainsKey(idOf(item))).Select(item => (item, _byId[idOf(item)]))];
    }

    /// <summary>As <see cref="Match"/>, for benchmarks whose own script counts an absent answer as a wrong one; says how many.</summary>
    public IReadOnlyList<(T Item, Answer? Answer)> MatchCountingAbsent<T>(
        IReadOnlyList<T> items, Func<T, string> idOf, string annotationsPath, IStageLog log, bool isPartial = false)
    {
        RefuseUnknown([.. items.Select(idOf)], annotationsPath);
        var matched = items.Select(item => (Item: item, Answer: Find(idOf(item)))).ToList();
        var missing = matched.Where(pair => pair.Answer is null).Select(pair => idOf(pair.Item)).ToList();
        if (isPartial)
            return [.. matched.Where(pair => pair.Answer is not null)];
        if (missing.Count > 0)
            log.Warning(ErrorCatalog.MissingAnswers.Warns(_path, $"{missing.Count} of {items.Count} questions have no answer and count as wrong: {Name(missing)}"));
        return matched;
    }

    void RefuseUnknown(List<string> known, string annotationsPath)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var repeated = known.Where(id => !ids.Add(id)).ToList();
        if (repeated.Count > 0)
            throw ErrorCatalog.RepeatedQuestion.Fails(annotationsPath, $"{repeated.Count} question ids stand twice: {Name(repeated)}");
        var unknown = _byId.Values.Select(answer => answer.Id.Text).Where(id => !ids.Contains(id)).ToList();
        if (unknown.Count > 0)
            throw ErrorCatalog.AnnotationsDoNotFit.Fails(annotationsPath, $"{unknown.Count} answers in {_path} are to questions that are not here: {Name(unknown)}");
    }

    static string Name(IReadOnlyList<string> ids) =>
        string.Join(", ", ids.Take(NamedIds)) + (ids.Count > NamedIds ? ", …" : "");
}
