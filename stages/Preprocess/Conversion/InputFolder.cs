using Llava.Contracts.Diagnostics;

namespace Llava.Preprocess.Conversion;

static class InputFolder
{
    /// <summary>The folder's child of that name where it has one, else the folder itself: a dataset's root will do as well.</summary>
    public static string OrChild(string folder, string child) => Directory.Exists(Path.Combine(folder, child)) ? Path.Combine(folder, child) : folder;

    /// <summary>The folder's files with that extension, hidden ones left out, in ordinal order of their names.</summary>
    public static IReadOnlyList<string> Files(string folder, string extension)
    {
        if (!Directory.Exists(folder))
            throw ErrorCatalog.FileNotFound.Fails(folder, "the input folder is missing");
        return [.. Directory.EnumerateFiles(folder)
            .Where(path => path.EndsWith(extension, StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith('.'))
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)];
    }
}
