using Llava.Contracts.Files;

namespace Llava.Download.Hub;

/// <summary>A folder that holds files of repositories: its file <c>.hub</c> names them, a line each.</summary>
public static class HubFolder
{
    const string FileName = ".hub";

    internal static void Mark(string folder, string repository)
    {
        var names = Names(folder);
        if (!names.Contains(repository))
            AtomicFile.WriteAllText(Path.Combine(folder, FileName), string.Concat(names.Append(repository).Order(StringComparer.Ordinal).Select(name => $"{name}\n")));
    }

    /// <summary>Where a repository's files are below a folder: in <c>owner/name</c>, <c>name</c>, or a folder that was downloaded from it. null where they are not.</summary>
    public static string? Find(string parent, string repository)
    {
        if (!Directory.Exists(parent))
            return null;
        string[] usual = [Path.Combine(parent, repository), Path.Combine(parent, repository.Split('/')[^1])];
        return usual.FirstOrDefault(folder => Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(file => !file.EndsWith(".partial", StringComparison.Ordinal)))
            ?? Directory.EnumerateDirectories(parent).Order(StringComparer.Ordinal).FirstOrDefault(folder => Names(folder).Contains(repository));
    }

    static string[] Names(string folder) => Path.Combine(folder, FileName) is var path && File.Exists(path) ? File.ReadAllLines(path) : [];
}
