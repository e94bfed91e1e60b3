using System.Globalization;

namespace Llava.Tasks.Staleness;

/// <summary>
/// Files that a stage looked at among many that are no inputs of its own, in <c>.watch.tsv</c> of its folder (the pictures that samples name:
/// <c>WatchList</c> of step 1 writes it): when one has appeared, gone or changed, the stage has to look again. One stat call a file.
/// </summary>
static class WatchedFiles
{
    const string FileName = ".watch.tsv";
    const string Missing = "missing", Damaged = "damaged", Good = "good";

    // A line each would be a list of half a million where a folder is gone.
    const int MostReasons = 10;

    /// <param name="root">The folder that the paths are below; null watches nothing.</param>
    public static IReadOnlyList<string> Changes(string directory, string? root) =>
        root is null || !File.Exists(ListOf(directory)) ? [] : [.. File.ReadLines(ListOf(directory)).AsParallel().AsOrdered().Select(line => Change(line, root)).OfType<string>().Take(MostReasons)];

    /// <summary>Whether the stage found files missing or damaged, so that its outputs are not those of its plan alone.</summary>
    public static bool AnyBad(string directory) => File.Exists(ListOf(directory)) && File.ReadLines(ListOf(directory)).Any(line => line.StartsWith(Missing, StringComparison.Ordinal) || line.StartsWith(Damaged, StringComparison.Ordinal));

    static string ListOf(string directory) => Path.Combine(directory, FileName);

    static string? Change(string line, string root)
    {
        if (line.Split('\t', 4) is not [var state, var size, var ticks, { Length: > 0 } name] || name.Contains('\0'))
            return null;
        var file = new FileInfo(Path.Combine(root, name));
        var isSameSize = file.Exists && Text(file.Length) == size;
        return state switch
        {
            Missing => file.Exists ? $"{file.FullName} was missing and is there now" : null,
            Damaged => isSameSize && (ticks == "0" || Text(file.LastWriteTimeUtc.Ticks) == ticks) ? null : $"{file.FullName} was damaged and has changed",
            Good => isSameSize ? null : $"{file.FullName} {(file.Exists ? "has another size" : "is gone")}",
            _ => null,
        };
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
