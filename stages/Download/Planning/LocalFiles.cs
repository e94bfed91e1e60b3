using Llava.Contracts.Diagnostics;
using Llava.Download.Archives;
using Llava.Download.Locking;
using Llava.Download.Sources;
using Llava.Download.Transfer;

namespace Llava.Download.Planning;

/// <summary>What of a plan is here already, and in order.</summary>
sealed class LocalFiles(RecordedFiles recorded, DatasetsLock locks, bool updates)
{
    /// <summary>The file with <see cref="PlannedFile.Present"/> set where nothing is to be fetched.</summary>
    /// <exception cref="DiagnosticException">A file that is not ours to replace is in the way.</exception>
    public async Task<PlannedFile> CheckAsync(PlannedFile file, CancellationToken cancellation)
    {
        if (file.Source.Unpack && await UnpackedAsync(file, cancellation) is { } unpacked)
            return file with { Present = unpacked };
        if (Directory.Exists(file.Target))
            throw ErrorCatalog.FileInTheWay.Fails(file.Target, $"{file.Label} belongs here, but a folder has this name: move it away");
        if (!File.Exists(file.Target))
            return file;
        var found = await recorded.DigestAsync(file.Target, file.Expected.GitBlobSha1 is not null, cancellation);
        if (IsKnown(file.Expected) && file.Expected.Fits(found))
            return file with { Present = found };
        return IsReplaceable(file, found) ? file : throw new DiagnosticException(InTheWay(file, found));
    }

    /// <summary>A set that the user fetched: what is named must be here, and must be what is locked.</summary>
    /// <exception cref="DiagnosticException">Files are missing or others.</exception>
    public async Task<IReadOnlyDictionary<string, ContentDigest>> CheckByHandAsync(DownloadSource source, CancellationToken cancellation)
    {
        var missing = source.Files.Where(file => !IsHere(source.Folder, file)).ToArray();
        if (missing.Length > 0)
            throw ErrorCatalog.FetchedByHand.Fails(source.Folder, $"{source.Name} {source.Note ?? "needs registration"}, so it cannot be downloaded from here: go to {source.Address.Value}, then put {string.Join(", ", missing)} into this folder");
        var found = new SortedDictionary<string, ContentDigest>(StringComparer.Ordinal);
        foreach (var file in source.Files.Where(file => !FileSelection.IsPattern(file)))
            found[file] = await recorded.DigestAsync(Path.Combine(source.Folder, file), withBlob: false, cancellation);
        var locked = updates ? null : locks.Find(source.LockName);
        DiagnosticException.ThrowIfAny([.. found
            .Where(file => locked?.Files.GetValueOrDefault(file.Key) is { } expected && expected.Sha256 != file.Value.Sha256)
            .Select(file => NotAsLocked(Path.Combine(source.Folder, file.Key), $"{source.Name}/{file.Key}", new ExpectedContent(locked!.Files[file.Key].SizeBytes, locked.Files[file.Key].Sha256, null, IsLocked: true), file.Value, "put the locked file here"))]);
        foreach (var (file, digest) in found)
            recorded.Add(Path.Combine(source.Folder, file), digest.Sha256);
        return found;
    }

    async Task<ContentDigest?> UnpackedAsync(PlannedFile file, CancellationToken cancellation)
    {
        if (UnpackedRecord.TryRead(UnpackedRecord.PathOf(file.Target)) is not { } record || !IsKnown(file.Expected) || !file.Expected.Fits(record.Archive))
            return null;
        foreach (var member in record.Members)
        {
            if (new FileInfo(member.Path) is not { Exists: true } here || here.Length != member.SizeBytes)
                return null;
            if (recorded.UnchangedSha256(member.Path) != member.Sha256 && (await recorded.DigestAsync(member.Path, withBlob: false, cancellation)).Sha256 != member.Sha256)
                return null;
        }
        foreach (var member in record.Members)
            recorded.Add(member.Path, member.Sha256);
        return record.Archive;
    }

    // Without a hash the size must do, but not where the lock is to be moved: the source may have another content of the same size.
    bool IsKnown(ExpectedContent expected) => expected.IsHashed || expected.SizeBytes is not null && !updates;

    bool IsReplaceable(PlannedFile file, ContentDigest found) =>
        recorded.IsOurs(file.Target, found.Sha256) || locks.Find(file.Source.LockName)?.Files.GetValueOrDefault(file.Path)?.Sha256 == found.Sha256;

    Diagnostic InTheWay(PlannedFile file, ContentDigest found) => file.Expected.IsLocked
        ? NotAsLocked(file.Target, file.Label, file.Expected, found, "remove it to download it again")
        : ErrorCatalog.FileInTheWay.At(file.Target, file.Expected.IsHashed || file.Expected.SizeBytes is not null
            ? $"{file.Label} is {file.Expected.Describe()} at its source, but the file here is {file.Expected.DescribeFound(found)}, and no download of ours: remove it, or move it away"
            : $"{file.Label} belongs here, and its source does not say whether this file is it: remove it, or move it away");

    Diagnostic NotAsLocked(string path, string label, ExpectedContent locked, ContentDigest found, string cure) =>
        ErrorCatalog.NotAsLocked.At(path, $"{label}: {Path.GetFileName(locks.FilePath)} has {locked.Describe()}, but the file here is {locked.DescribeFound(found)}: {cure}, or take it over with -p:UpdateLock=true (--update-lock)");

    static bool IsHere(string folder, string file) => FileSelection.IsPattern(file)
        ? Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any(path => FileSelection.Fits(file, Path.GetRelativePath(folder, path)))
        : File.Exists(Path.Combine(folder, file));
}
