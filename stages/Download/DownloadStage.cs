using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Download.Archives;
using Llava.Download.Http;
using Llava.Download.Hub;
using Llava.Download.Locking;
using Llava.Download.Planning;
using Llava.Download.Sources;
using Llava.Download.Transfer;

namespace Llava.Download;

/// <summary>Steps 1 and 3: datasets, pictures and the pretrained pair, from a hub with Hugging Face's layout and from plain addresses.</summary>
public static class DownloadStage
{
    /// <exception cref="DiagnosticException">Something cannot be had, is not what is locked, or does not fit; what has arrived is kept.</exception>
    public static async Task RunAsync(DownloadOptions options, IStageLog log, CancellationToken cancellation)
    {
        var sources = ConfigReader.Read<DownloadConfig>(options.Sources).Sources;
        ThrowIfSenseless(options);
        var locks = DatasetsLock.Load(options.LockFile);
        var recorded = RecordedFiles.Load(options.Record);
        var hub = HubAddress(options);
        using var remote = new RemoteClient(hub, options.Token, options.Patience, TimeProvider.System);
        var retries = new Retries(options.Patience, TimeProvider.System, log);

        var listing = new SourceListing(options, locks, new HubClient(hub, remote, retries), remote, retries);
        var plans = await new DownloadPlanner(listing, new LocalFiles(recorded, locks, options.UpdateLock), locks).PlanAsync(sources, cancellation);
        if (options.List)
        {
            PlanText.Write(plans, log);
            return;
        }
        DiskSpace.ThrowIfShort(plans.SelectMany(plan => plan.Files));
        var ledger = new DownloadLedger(plans, locks, recorded, options);
        ledger.Begin();
        var received = await FetchAsync(plans, ledger, new Fetching(options, remote, retries, recorded, log), cancellation);
        ledger.Finish(log, received);
    }

    sealed record Fetching(DownloadOptions Options, RemoteClient Remote, Retries Retries, RecordedFiles Recorded, IStageLog Log);

    /// <returns>Bytes that came over the network.</returns>
    static async Task<long> FetchAsync(IReadOnlyList<SourcePlan> plans, DownloadLedger ledger, Fetching with, CancellationToken cancellation)
    {
        var missing = plans.SelectMany(plan => plan.Files).Where(file => file.Present is null).DistinctBy(file => file.Target).ToArray();
        var progress = new TransferProgress("downloading", missing.Sum(file => file.Expected.SizeBytes ?? 0), with.Log);
        var transfer = new FileTransfer(with.Remote, with.Retries, progress, with.Options.LockFile);
        await ForEachAsync(missing, with.Options.Parallel, async (file, stop) => ledger.Add(file, await transfer.FetchAsync(file, stop)), ledger, cancellation);

        var archives = ledger.Arrived.Where(pair => pair.File.Source.Unpack && !ledger.IsUnpacked(pair.File)).ToArray();
        var unpacking = new TransferProgress("unpacking", archives.Sum(pair => pair.Digest.SizeBytes), with.Log);
        var unpacker = new ArchiveUnpacker(with.Recorded, with.Options.ArchiveLimits, unpacking.Advance);
        await ForEachAsync(archives, 1, async (pair, stop) => await unpacker.UnpackAsync(pair.File, pair.Digest, stop), ledger, cancellation);
        return progress.ReceivedBytes;
    }

    /// <summary>One failure does not stop the others; all of them are reported at the end.</summary>
    static async Task ForEachAsync<T>(IReadOnlyList<T> items, int parallel, Func<T, CancellationToken, Task> action, DownloadLedger ledger, CancellationToken cancellation)
    {
        var problems = new List<Diagnostic>();
        try
        {
            await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation }, async (item, stop) =>
            {
                try
                {
                    await action(item, stop);
                }
                catch (DiagnosticException failed)
                {
                    lock (problems)
                        problems.AddRange(failed.Diagnostics);
                }
            });
        }
        finally
        {
            ledger.Save();
        }
        DiagnosticException.ThrowIfAny([.. problems.OrderBy(problem => problem.ToString(), StringComparer.Ordinal)]);
    }

    static void ThrowIfSenseless(DownloadOptions options)
    {
        if (options.Parallel is < 1 or > 64)
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"{options.Parallel} files at a time cannot be fetched: 1 to 64 can"));
        if (options.UpdateLock && options.Frozen)
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says("the lock cannot be updated and frozen at once"));
    }

    static Uri HubAddress(DownloadOptions options)
    {
        if (!Uri.TryCreate(options.Hub.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"the hub's address is \"{options.Hub}\", but must be like https://huggingface.co"));
        if (options.Token is not null && address.Scheme == "http" && !address.IsLoopback)
            throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"the token in HF_TOKEN would travel to {options.Hub} for all to read: use an https address, or unset it"));
        return address;
    }
}
