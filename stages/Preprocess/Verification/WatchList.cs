using System.Globalization;
using Llava.Contracts.Files;

namespace Llava.Preprocess.Verification;

/// <summary>
/// <c>.watch.tsv</c>: each picture that a sample names, as it was found: state, size in bytes, ticks of its last write (of a damaged one alone), path below
/// the folder of pictures. The build makes the stage stale when one of them has appeared, gone or changed: <c>WatchedFiles</c> of its tasks reads it.
/// </summary>
static class WatchList
{
    public const string FileName = ".watch.tsv";

    public static void Write(string folder, IEnumerable<KeyValuePair<string, PictureFinding>> pictures)
    {
        using var file = new AtomicFile(Path.Combine(folder, FileName));
        using (var writer = new StreamWriter(file.Stream, leaveOpen: true))
        {
            foreach (var (path, finding) in pictures.Where(pair => !pair.Key.AsSpan().ContainsAny('\n', '\r')).OrderBy(pair => pair.Key, StringComparer.Ordinal))
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{Describe(finding)}\t{path}\n"));
        }
        file.Commit();
    }

    // A good picture that was only touched is as good as before; a damaged one that was written to may be mended.
    static string Describe(PictureFinding finding) => finding.State switch
    {
        PictureState.Missing => "missing\t\t",
        PictureState.Sound => string.Create(CultureInfo.InvariantCulture, $"good\t{finding.SizeBytes}\t"),
        _ => string.Create(CultureInfo.InvariantCulture, $"damaged\t{finding.SizeBytes}\t{finding.ModifiedTicks}"),
    };
}
