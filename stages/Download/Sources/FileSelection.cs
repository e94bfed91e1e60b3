using System.IO.Enumeration;

namespace Llava.Download.Sources;

/// <summary>Which files of a repository a source wants.</summary>
static class FileSelection
{
    public static bool IsPattern(string file) => file.Contains('*');

    public static bool Fits(string pattern, string path) => FileSystemName.MatchesSimpleExpression(Escape(pattern), path, ignoreCase: false);

    // '?' and '\' are no wildcards here: file names may hold the first, and never the second.
    static string Escape(string pattern) => pattern.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);
}
