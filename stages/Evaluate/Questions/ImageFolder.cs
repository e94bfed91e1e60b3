using Llava.Contracts.Diagnostics;

namespace Llava.Evaluate.Questions;

/// <summary>
/// Finds the pictures of questions below one folder. Question files come from elsewhere: a path that is absolute or climbs out is
/// refused, before anything is opened.
/// </summary>
sealed class ImageFolder(string folder)
{
    readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>The full path of a picture.</summary>
    /// <exception cref="DiagnosticException">The path leaves the folder, or there is no such file.</exception>
    public string Resolve(string relativePath, string questionsPath)
    {
        if (ProblemOf(relativePath, questionsPath) is { } problem)
            throw new DiagnosticException(problem);
        return FullPathOf(relativePath);
    }

    /// <summary>Every problem with these questions' pictures, each path once; the first of them when there are very many.</summary>
    public IReadOnlyList<Diagnostic> Problems(IEnumerable<Question> questions, string questionsPath, int limit = 20) =>
    [
        .. questions.Select(question => question.Image?.Path)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Select(path => ProblemOf(path, questionsPath))
            .OfType<Diagnostic>()
            .Take(limit),
    ];

    Diagnostic? ProblemOf(string relativePath, string questionsPath)
    {
        if (!IsInside(relativePath))
            return ErrorCatalog.UnsafeQuestionImage.At(questionsPath, $"image \"{relativePath}\" is absolute or leaves the image folder");
        return File.Exists(FullPathOf(relativePath))
            ? null
            : ErrorCatalog.MissingImage.At(questionsPath, $"image \"{relativePath}\" is not in {_root}");
    }

    // Backslashes too: a name that climbs on one system must not pass on another.
    static bool IsInside(string relativePath) =>
        relativePath.Length > 0
        && !Path.IsPathRooted(relativePath)
        && !relativePath.Contains('\0', StringComparison.Ordinal)
        && !relativePath.Split('/', '\\').Contains("..")
        && relativePath[0] != '\\';

    string FullPathOf(string relativePath) => Path.Combine(_root, relativePath);
}
