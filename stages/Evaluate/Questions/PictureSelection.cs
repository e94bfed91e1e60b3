using Llava.Contracts.Diagnostics;

namespace Llava.Evaluate.Questions;

/// <summary>Only the questions about listed pictures: how a test set is chosen from questions that come without splits (AI2D).</summary>
static class PictureSelection
{
    /// <param name="listPath">A picture's name a line, with or without folder and suffix; of a table, the first column.</param>
    /// <exception cref="DiagnosticException">A listed picture has no question, or the list is empty.</exception>
    public static IReadOnlyList<Question> Choose(IReadOnlyList<Question> questions, string listPath)
    {
        var byName = questions.ToLookup(question => question.Image?.Path is { } path ? Path.GetFileNameWithoutExtension(path) : "");
        string[] names = [.. File.ReadLines(listPath).Select(line => Path.GetFileNameWithoutExtension(line.Split(',', '\t')[0].Trim().Trim('"'))).Where(name => name.Length > 0)];
        // A table may have a headline.
        string[] asked = [.. names.Skip(names.Length > 0 && !byName.Contains(names[0]) ? 1 : 0)];
        if (asked.Length == 0)
            throw ErrorCatalog.BadQuestions.Fails(listPath, "the list of pictures is empty");
        string[] absent = [.. asked.Where(name => !byName.Contains(name))];
        if (absent.Length > 0)
            throw ErrorCatalog.BadQuestions.Fails(listPath, $"{absent.Length} of {asked.Length} listed pictures have no question; the first is {absent[0]}");
        var chosen = asked.ToHashSet(StringComparer.Ordinal);
        return [.. questions.Where(question => question.Image?.Path is { } path && chosen.Contains(Path.GetFileNameWithoutExtension(path)))];
    }
}
