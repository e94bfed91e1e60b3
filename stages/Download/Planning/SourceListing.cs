using Llava.Contracts.Diagnostics;
using Llava.Download.Http;
using Llava.Download.Hub;
using Llava.Download.Locking;
using Llava.Download.Sources;
using Llava.Download.Transfer;

namespace Llava.Download.Planning;

/// <summary>Which files a source has for us: from the lock alone where that is complete, else from the source, at the locked commit.</summary>
sealed class SourceListing(DownloadOptions options, DatasetsLock locks, HubClient hub, RemoteClient remote, Retries retries)
{
    /// <exception cref="DiagnosticException">The source does not have it, or it is not locked and should be.</exception>
    public async Task<SourcePlan> PlanAsync(DownloadSource source, CancellationToken cancellation)
    {
        var locked = options.UpdateLock ? null : locks.Find(source.LockName);
        if (!Covers(locked, source) && options.Frozen)
            throw ErrorCatalog.NotLocked.Fails(locks.FilePath, $"{source.Name}: {source.LockName} is not locked for {string.Join(", ", source.Files)}, and the lock is frozen: run without -p:FrozenLock=true (--frozen) once, and commit {Path.GetFileName(locks.FilePath)}");
        return source.Address.Kind switch
        {
            SourceKind.ByHand => new SourcePlan(source, null, []),
            SourceKind.WebFile => new SourcePlan(source, null, [await WebFileAsync(source, locked, cancellation)]),
            _ => await RepositoryAsync(source, locked, cancellation),
        };
    }

    static bool Covers(LockedSource? locked, DownloadSource source) => source.Address.Kind switch
    {
        SourceKind.WebFile => locked?.Files.Count > 0,
        // Of what patterns stand for in such a set, only that it is there is known.
        SourceKind.ByHand => source.Files.All(file => FileSelection.IsPattern(file) || locked?.Files.ContainsKey(file) == true),
        _ => locked is not null && source.Files.All(file => FileSelection.IsPattern(file) ? locked.Patterns.Contains(file) : locked.Files.ContainsKey(file)),
    };

    async Task<SourcePlan> RepositoryAsync(DownloadSource source, LockedSource? locked, CancellationToken cancellation)
    {
        if (Covers(locked, source))
            return Plan(source, locked!.Revision!, [.. locked.Files.Select(file => new HubFile(file.Key, file.Value.SizeBytes, null, null))], locked);
        var commit = locked?.Revision ?? (HubClient.IsCommit(source.Revision) ? source.Revision : await hub.ResolveAsync(source.Address, source.Revision, cancellation));
        return Plan(source, commit, await hub.ListAsync(source.Address, commit, cancellation), locked);
    }

    SourcePlan Plan(DownloadSource source, string commit, IReadOnlyList<HubFile> files, LockedSource? locked)
    {
        var problems = source.Files
            .Where(wanted => !files.Any(file => FileSelection.Fits(wanted, file.Path)))
            .Select(wanted => ErrorCatalog.NotAtSource.At(source.Name, $"{source.LockName} has no file {wanted} in commit {commit}"))
            .ToList();
        var placement = new Placement(source);
        var planned = new List<PlannedFile>();
        foreach (var file in files.Where(file => source.Files.Any(wanted => FileSelection.Fits(wanted, file.Path))).OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            if (SafePath.Complaint(file.Path) is { } complaint)
                problems.Add(ErrorCatalog.BadAnswer.At(source.Name, $"{source.LockName} lists \"{SafePath.Show(file.Path)}\", whose name {complaint}"));
            else if (TargetOf(source, placement, file.Path) is { } target)
                planned.Add(new PlannedFile(source, file.Path, hub.AddressOf(source.Address, commit, file.Path), target, Expected(locked, file.Path) ?? new ExpectedContent(file.SizeBytes, file.Sha256, file.GitBlobSha1, IsLocked: false)));
        }
        DiagnosticException.ThrowIfAny(problems);
        return new SourcePlan(source, commit, planned);
    }

    async Task<PlannedFile> WebFileAsync(DownloadSource source, LockedSource? locked, CancellationToken cancellation)
    {
        var address = new Uri(source.Address.Value);
        var name = Uri.UnescapeDataString(address.Segments[^1]);
        if (SafePath.Complaint(name) is { } complaint || name.Contains('/'))
            throw ErrorCatalog.BadDownload.Fails(source.Name, $"{RemoteClient.Show(address)} does not end in the name of a file");
        var target = TargetOf(source, new Placement(source), name) ?? throw ErrorCatalog.BadDownload.Fails(source.Name, $"{name} is the only file, and is left out");
        var expected = Expected(locked, name) ?? new ExpectedContent(await SizeAsync(source, address, cancellation), source.Sha256, null, IsLocked: false);
        return new PlannedFile(source, name, address, target, expected);
    }

    /// <summary>null where the server does not say.</summary>
    Task<long?> SizeAsync(DownloadSource source, Uri address, CancellationToken cancellation) => retries.RunAsync(source.Name, async () =>
    {
        try
        {
            using var response = await remote.HeadAsync(address, cancellation);
            return response.Content.Headers.ContentLength;
        }
        catch (TransferException refused) when (refused.Code == ErrorCatalog.TransferFailed && !refused.IsPassing)
        {
            return null;
        }
    }, () => 0, cancellation);

    static ExpectedContent? Expected(LockedSource? locked, string path) =>
        locked?.Files.GetValueOrDefault(path) is { } file ? new ExpectedContent(file.SizeBytes, file.Sha256, null, IsLocked: true) : null;

    // An archive does not stay, so the places are those of its members.
    static string? TargetOf(DownloadSource source, Placement placement, string path) =>
        source.Unpack ? Path.GetFullPath(Path.Combine(source.Folder, Path.GetFileName(path))) : placement.TargetOf(path);
}
