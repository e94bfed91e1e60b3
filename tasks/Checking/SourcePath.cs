namespace Llava.Tasks.Checking;

/// <summary>A file or folder that the user should have provided; one that the graph makes is not his to provide.</summary>
static class SourcePath
{
    /// <param name="suffixes">Ends of the names of which a folder must hold one at least; none: anything will do.</param>
    public static string? Problem(string path, string artifactsDir, string[] suffixes)
    {
        if (Path.GetFullPath(path).StartsWith(artifactsDir, StringComparison.Ordinal))
            return null;
        if (!Path.Exists(path))
            return "there is no such file or folder";
        return suffixes.Length > 0 && Directory.Exists(path) && !Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Any(file => suffixes.Any(suffix => file.EndsWith(suffix, StringComparison.Ordinal)))
            ? $"the folder holds no {string.Join(", ", suffixes)} file"
            : null;
    }
}
