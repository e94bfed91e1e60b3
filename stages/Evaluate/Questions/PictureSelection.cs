using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Evaluate.Questions;

/// <summary>Only the questions about listed pictures: how a test set is chosen from questions that come without splits (AI2D).</summary>
static class PictureSelection
{
    /// <param name="listPath">A picture's name a line, with or without folder and suffix; of a table, the first column.</param>
    /// <param name="log">Is told of listed pictures that no question is about: AI2D has such.</param>
    /// <exception cref="DiagnosticException">No listed picture has a question.</exception>
    public static IReadOnlyList<Question> Choose(IReadOnlyList<Question> questions, string listPath, IStageLog log)
    {
        var byName = questions.ToLookup(question => question.Image?.Path is { } path ? Path.GetFileNameWithoutExtension(path) : "");
        string[] names = [.. File.ReadLines(listPath).Select(line => Path.GetFileNameWithoutExtension(line.Split(',', '\t')[0].Trim().Trim('"'))).Where(name => name.Length > 0)];
        // A table may have a headline.
        string[] asked = [.. names.Skip(names.Length > 0 && !byName.Contains(names[0]) ? 1 : 0)];
        string[] absent = [.. asked.Where(name => !byName.Contains(name))];
        if (absent.Length == asked.Length)
            throw ErrorCatalog.BadQuestions.Fails(listPath, "no picture that it lists has a question");
        if (absent.Length > 0)
            log.Warning(ErrorCatalog.BadQuestions.Warns(listPath, $"{absent.Length} of {asked.Length} listed pictures have no question; the first is {absent[0]}"));
        var chosen = asked.ToHashSet(StringComparer.Ordinal);
        return [.. questions.Where(question => question.Image?.Path is { } path && chosen.Contains(Path.GetFileNameWithoutExtension(path)))];
    }
}
