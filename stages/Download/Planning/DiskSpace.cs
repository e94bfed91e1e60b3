using System.Globalization;
using Llava.Contracts.Diagnostics;

namespace Llava.Download.Planning;

/// <summary>Whether what is to come fits on the disks it goes to.</summary>
static class DiskSpace
{
    // Pictures hardly compress: an archive and what is in it take about twice the archive.
    const int SharesOfAnArchive = 2;

    /// <exception cref="DiagnosticException">One line for each disk that is too small.</exception>
    public static void ThrowIfShort(IEnumerable<PlannedFile> files)
    {
        var drives = DriveInfo.GetDrives();
        var needs = files.Where(file => file.Present is null)
            .GroupBy(file => DriveOf(file.Source.Folder, drives))
            .Select(group => (Drive: group.Key, Folder: group.First().Source.Folder, Bytes: group.Aggregate(0m, (sum, file) => sum + Need(file))));
        DiagnosticException.ThrowIfAny([.. needs
            .Where(need => need.Bytes > need.Drive.AvailableFreeSpace)
            .Select(need => ErrorCatalog.NotEnoughSpace.At(need.Folder, $"{Show(need.Bytes)} are to come to {need.Drive.Name}, which has {Show(need.Drive.AvailableFreeSpace)} left"))]);
    }

    public static string Show(decimal bytes) => bytes switch
    {
        < 1e3m => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B"),
        < 1e6m => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3m:0.0} kB"),
        < 1e9m => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6m:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9m:0.0} GB"),
    };

    static decimal Need(PlannedFile file)
    {
        var unpacked = file.Source.Unpack ? (decimal)(file.Expected.SizeBytes ?? 0) * (SharesOfAnArchive - 1) : 0;
        return (file.MissingBytes ?? 0) + unpacked;
    }

    /// <summary>The drive whose root is the longest beginning of the folder's path.</summary>
    public static DriveInfo DriveOf(string folder, DriveInfo[] drives) =>
        drives.Where(drive => IsBelow(folder, drive.Name)).MaxBy(drive => drive.Name.Length) ?? new DriveInfo(Path.GetPathRoot(folder)!);

    static bool IsBelow(string folder, string root) => folder.StartsWith(root, StringComparison.Ordinal) && (root.EndsWith('/') || root.EndsWith('\\') || folder.Length == root.Length || folder[root.Length] == '/');
}
