using System.Globalization;
using System.IO.Compression;
using Llava.Contracts.Diagnostics;
using Llava.Download.Planning;
using Llava.Download.Sources;

namespace Llava.Download.Archives;

/// <summary>An archive's list of contents, refused as a whole when anything in it is not what a data set's archive has.</summary>
static class ArchiveContents
{
    const int MostComplaints = 10;
    const int FileTypeMask = 0xF000;
    const int RegularFile = 0x8000;
    const int Folder = 0x4000;
    const int SymbolicLink = 0xA000;

    /// <returns>Every file with the full path that it goes to.</returns>
    /// <exception cref="DiagnosticException">With what is wrong, the first ten problems of each archive.</exception>
    public static IReadOnlyList<(ZipArchiveEntry Entry, string Target)> Check(ZipArchive zip, PlannedFile archive, ArchiveLimits limits)
    {
        var placement = new Placement(archive.Source);
        var members = new List<(ZipArchiveEntry, string)>();
        var complaints = new List<string>(TooLarge(zip, archive, limits));
        var (files, folders) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var entry in zip.Entries)
        {
            var name = entry.FullName.TrimEnd('/');
            if (Complaint(entry, name) is { } complaint)
                complaints.Add($"\"{SafePath.Show(entry.FullName)}\" {complaint}");
            else if (!entry.FullName.EndsWith('/') && placement.TargetOf(name) is { } target)
            {
                if (!files.Add(target))
                    complaints.Add($"\"{SafePath.Show(name)}\" is there twice");
                for (var parent = Path.GetDirectoryName(target); parent is not null && folders.Add(parent);)
                    parent = Path.GetDirectoryName(parent);
                members.Add((entry, target));
            }
        }
        complaints.AddRange(files.Where(folders.Contains).Select(path => $"\"{SafePath.Show(path)}\" is both a file and a folder"));
        DiagnosticException.ThrowIfAny([.. complaints.Take(MostComplaints).Select(complaint => ErrorCatalog.UnsafeArchive.At(archive.Target, $"{archive.Label} is not unpacked: {complaint}"))]);
        return members;
    }

    static string? Complaint(ZipArchiveEntry entry, string name)
    {
        if (SafePath.Complaint(name) is { } complaint)
            return complaint;
        if (entry.IsEncrypted)
            return "is encrypted";
        return ((entry.ExternalAttributes >> 16) & FileTypeMask) switch
        {
            0 or RegularFile or Folder => null,
            SymbolicLink => "is a symbolic link",
            _ => "is neither file nor folder",
        };
    }

    static IEnumerable<string> TooLarge(ZipArchive zip, PlannedFile archive, ArchiveLimits limits)
    {
        var packed = new FileInfo(archive.Target).Length;
        var unpacked = zip.Entries.Aggregate(0m, (sum, entry) => sum + entry.Length);
        if (zip.Entries.Count > limits.MostEntries)
            yield return string.Create(CultureInfo.InvariantCulture, $"it has {zip.Entries.Count} entries, more than {limits.MostEntries}");
        if (unpacked > limits.HarmlessBytes && unpacked > (decimal)packed * limits.LargestRatio)
            yield return string.Create(CultureInfo.InvariantCulture, $"{packed} bytes would become {unpacked}, more than {limits.LargestRatio} times as many");
        if (unpacked > limits.LargestBytes)
            yield return string.Create(CultureInfo.InvariantCulture, $"it would become {DiskSpace.Show(unpacked)}");
    }
}
