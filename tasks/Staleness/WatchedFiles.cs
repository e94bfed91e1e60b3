using System.Globalization;

namespace Llava.Tasks.Staleness;

/// <summary>
/// Files that a stage found missing or damaged among many that are no inputs of its own, in <c>.watch.tsv</c> of its folder: when one has
/// appeared or changed, the stage has to look again.
/// </summary>
static class WatchedFiles
{
    const string FileName = ".watch.tsv";

    public static IEnumerable<string> Changes(string directory)
    {
        var list = Path.Combine(directory, FileName);
        return File.Exists(list) ? File.ReadLines(list).Select(Change).OfType<string>() : [];
    }

    /// <summary>Whether the stage's outputs depend on files that its plan does not name.</summary>
    public static bool Any(string directory) => File.Exists(Path.Combine(directory, FileName)) && new FileInfo(Path.Combine(directory, FileName)).Length > 0;

    static string? Change(string line)
    {
        if (line.Split('\t', 3) is not [var size, var ticks, { Length: > 0 } path] || path.Contains('\0'))
            return null;
        var file = new FileInfo(path);
        if (size == "-")
            return file.Exists ? $"{path} was missing and is there now" : null;
        var isSame = file.Exists && Text(file.Length) == size && (ticks == "0" || Text(file.LastWriteTimeUtc.Ticks) == ticks);
        return isSame ? null : $"{path} was damaged and has changed";
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
