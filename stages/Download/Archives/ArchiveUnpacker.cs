using System.IO.Compression;
using Llava.Contracts.Diagnostics;
using Llava.Download.Planning;
using Llava.Download.Transfer;

namespace Llava.Download.Archives;

/// <summary>
/// Unpacks a zip archive into a temporary folder beside it, moves its files to their places, records them, and removes the archive.
/// A stopped run begins again with the archive that is still there.
/// </summary>
sealed class ArchiveUnpacker(RecordedFiles recorded, ArchiveLimits limits, Action<long> advance)
{
    const int BufferBytes = 1 << 17;

    /// <param name="digest">Of the archive.</param>
    /// <exception cref="DiagnosticException">The archive is damaged or must not be unpacked, or a file that is not ours is in the way; nothing of it is in place then.</exception>
    public async Task UnpackAsync(PlannedFile archive, ContentDigest digest, CancellationToken cancellation)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(archive.Target)!, $".{Path.GetFileName(archive.Target)}.unpacking");
        RemoveFolder(temporary);
        try
        {
            var unpacked = await UnpackIntoAsync(temporary, archive, cancellation);
            var before = UnpackedRecord.TryRead(UnpackedRecord.PathOf(archive.Target));
            await ThrowIfInTheWayAsync(archive, unpacked, before, cancellation);
            foreach (var (member, source) in unpacked)
                Move(source, member);
            new UnpackedRecord(digest, [.. unpacked.Select(pair => pair.Member)]).Write(UnpackedRecord.PathOf(archive.Target));
        }
        finally
        {
            RemoveFolder(temporary);
        }
        File.Delete(archive.Target);
    }

    async Task<List<(UnpackedMember Member, string Source)>> UnpackIntoAsync(string temporary, PlannedFile archive, CancellationToken cancellation)
    {
        try
        {
            await using var file = new FileStream(archive.Target, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
            await using var zip = new ZipArchive(file, ZipArchiveMode.Read);
            var members = ArchiveContents.Check(zip, archive, limits);
            ThrowIfTooLarge(archive, members);
            Directory.CreateDirectory(temporary);
            var unpacked = new List<(UnpackedMember, string)>(members.Count);
            foreach (var (entry, target) in members)
            {
                var source = Path.Combine(temporary, $"{unpacked.Count}");
                unpacked.Add((new UnpackedMember(target, entry.Length, await UnpackAsync(entry, source, archive, cancellation)), source));
            }
            return unpacked;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException)
        {
            throw new DiagnosticException(ErrorCatalog.BadArchive.At(archive.Target, $"{archive.Label} is no zip archive that can be read: {damaged.Message}"), damaged);
        }
    }

    /// <returns>The file's sha256.</returns>
    async Task<string> UnpackAsync(ZipArchiveEntry entry, string path, PlannedFile archive, CancellationToken cancellation)
    {
        using var hash = new ContentHash(null);
        var checksum = 0u;
        await using (var packed = await entry.OpenAsync(cancellation))
        await using (var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
        {
            var buffer = new byte[BufferBytes];
            int read;
            while ((read = await packed.ReadAsync(buffer, cancellation)) > 0)
            {
                if (hash.SizeBytes + read > entry.Length)
                    throw new DiagnosticException(ErrorCatalog.UnsafeArchive.At(archive.Target, $"{archive.Label} is not unpacked: \"{Sources.SafePath.Show(entry.FullName)}\" is larger than the {entry.Length} bytes it is declared with"));
                hash.Append(buffer.AsSpan(0, read));
                checksum = Crc32.Append(checksum, buffer.AsSpan(0, read));
                output.Write(buffer.AsSpan(0, read));
                advance(read);
            }
        }
        if (hash.SizeBytes != entry.Length || checksum != entry.Crc32)
            throw new InvalidDataException($"\"{Sources.SafePath.Show(entry.FullName)}\" is damaged");
        return hash.Current().Sha256;
    }

    static void ThrowIfTooLarge(PlannedFile archive, IEnumerable<(ZipArchiveEntry Entry, string Target)> members)
    {
        var (needed, drive) = (members.Sum(member => member.Entry.Length), DiskSpace.DriveOf(archive.Source.Folder, DriveInfo.GetDrives()));
        if (needed > drive.AvailableFreeSpace)
            throw ErrorCatalog.NotEnoughSpace.Fails(archive.Target, $"{archive.Label} unpacks to {DiskSpace.Show(needed)}, and {drive.Name} has {DiskSpace.Show(drive.AvailableFreeSpace)} left");
    }

    async Task ThrowIfInTheWayAsync(PlannedFile archive, List<(UnpackedMember Member, string Source)> unpacked, UnpackedRecord? before, CancellationToken cancellation)
    {
        var ours = before?.Members.ToDictionary(member => member.Path, member => member.Sha256, StringComparer.Ordinal);
        var problems = new List<Diagnostic>();
        foreach (var (member, _) in unpacked.Where(pair => Path.Exists(pair.Member.Path)))
        {
            var found = Directory.Exists(member.Path) ? null : (await recorded.DigestAsync(member.Path, withBlob: false, cancellation)).Sha256;
            if (found is null || found != member.Sha256 && ours?.GetValueOrDefault(member.Path) != found)
                problems.Add(ErrorCatalog.FileInTheWay.At(member.Path, $"{archive.Label} has another file of this name: remove the one here, or move it away"));
            if (problems.Count == 10)
                break;
        }
        DiagnosticException.ThrowIfAny(problems);
    }

    // The first move may go to another disk, and then is a copy; the second never is.
    void Move(string source, UnpackedMember member)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(member.Path)!);
        var beside = $"{member.Path}.partial";
        File.Move(source, beside, overwrite: true);
        File.Move(beside, member.Path, overwrite: true);
        recorded.Add(member.Path, member.Sha256);
    }

    static void RemoveFolder(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
