using System.Globalization;
using Llava.Contracts.Files;

namespace Llava.Preprocess.Verification;

/// <summary>
/// <c>.watch.tsv</c>: the pictures that cost samples, as they were (size, ticks; "-" for none; path). The build makes the stage stale when one of them
/// has appeared or changed.
/// </summary>
static class WatchList
{
    public const string FileName = ".watch.tsv";

    public static void Write(string folder, string imageRoot, IEnumerable<KeyValuePair<string, PictureFinding>> pictures)
    {
        var path = Path.Combine(folder, FileName);
        var lines = pictures.Where(pair => !pair.Key.AsSpan().ContainsAny('\n', '\r')).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Line(Path.GetFullPath(Path.Combine(imageRoot, pair.Key)), pair.Value)).ToArray();
        if (lines.Length == 0)
            File.Delete(path);
        else
            AtomicFile.WriteAllText(path, string.Concat(lines));
    }

    static string Line(string path, PictureFinding finding) => finding.State == PictureState.Missing
        ? $"-\t-\t{path}\n"
        : string.Create(CultureInfo.InvariantCulture, $"{finding.SizeBytes}\t{finding.ModifiedTicks}\t{path}\n");
}
