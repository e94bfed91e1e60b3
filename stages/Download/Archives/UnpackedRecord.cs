using System.Globalization;
using Llava.Contracts.Files;
using Llava.Download.Transfer;

namespace Llava.Download.Archives;

/// <param name="Path">Full path.</param>
sealed record UnpackedMember(string Path, long SizeBytes, string Sha256);

/// <summary>
/// <c>.&lt;archive&gt;.unpacked</c>: which archive was unpacked here, and every file that came out of it. Written last, so that its presence means
/// that all of them are; with it the archive itself need not stay.
/// </summary>
sealed record UnpackedRecord(ContentDigest Archive, IReadOnlyList<UnpackedMember> Members)
{
    public static string PathOf(string archive) => Path.Combine(Path.GetDirectoryName(archive)!, $".{Path.GetFileName(archive)}.unpacked");

    public static UnpackedRecord? TryRead(string path)
    {
        if (!File.Exists(path))
            return null;
        var folder = Path.GetDirectoryName(path)!;
        var lines = File.ReadLines(path).Select(line => Read(line, folder)).ToArray();
        return lines is [{ } archive, .. var members] && members.All(member => member is not null)
            ? new UnpackedRecord(new ContentDigest(archive.SizeBytes, archive.Sha256, ""), members!)
            : null;
    }

    /// <summary>Paths below the record's folder are written relative to it, so that the folder may move.</summary>
    public void Write(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        using var file = new AtomicFile(path);
        using (var writer = new StreamWriter(file.Stream, leaveOpen: true) { NewLine = "\n" })
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Archive.SizeBytes}\t{Archive.Sha256}\t."));
            foreach (var member in Members)
            {
                var relative = Path.GetRelativePath(folder, member.Path);
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{member.SizeBytes}\t{member.Sha256}\t{(relative.StartsWith("..", StringComparison.Ordinal) ? member.Path : relative)}"));
            }
        }
        file.Commit();
    }

    static UnpackedMember? Read(string line, string folder) =>
        line.Split('\t', 3) is [var size, var sha256, var path] && long.TryParse(size, CultureInfo.InvariantCulture, out var bytes)
            ? new UnpackedMember(Path.Combine(folder, path), bytes, sha256)
            : null;
}
