using Llava.Contracts.Diagnostics;
using Llava.Download.Locking;
using Llava.Download.Sources;

namespace Llava.Download.Planning;

/// <summary>Finds out what every source has, what of it is here, and everything that is wrong, before the first file is fetched.</summary>
sealed class DownloadPlanner(SourceListing listing, LocalFiles local, DatasetsLock locks)
{
    /// <exception cref="DiagnosticException">With every problem of every source.</exception>
    public async Task<IReadOnlyList<SourcePlan>> PlanAsync(IReadOnlyList<DownloadSource> sources, CancellationToken cancellation)
    {
        var problems = new List<Diagnostic>(ProblemsOf(sources));
        var asked = await Task.WhenAll(sources.Select(source => TryAsync(() => listing.PlanAsync(source, cancellation))));
        problems.AddRange(asked.SelectMany(answer => answer.Problems));
        problems.AddRange(Clashes(asked.Select(answer => answer.Result).OfType<SourcePlan>()));
        var plans = new List<SourcePlan>();
        foreach (var plan in asked.Select(answer => answer.Result).OfType<SourcePlan>())
        {
            var (result, found) = await TryAsync(() => CheckAsync(plan, problems, cancellation));
            problems.AddRange(found);
            if (result is not null)
                plans.Add(result);
        }
        DiagnosticException.ThrowIfAny(problems);
        return plans;
    }

    async Task<SourcePlan> CheckAsync(SourcePlan plan, List<Diagnostic> problems, CancellationToken cancellation)
    {
        if (plan.Source.Address.Kind == SourceKind.ByHand)
        {
            var found = await local.CheckByHandAsync(plan.Source, cancellation);
            var known = new Dictionary<string, LockedFile>(locks.Find(plan.Source.LockName)?.Files ?? LockedSource.Empty.Files);
            foreach (var (name, digest) in found)
                known[name] = new LockedFile(digest.SizeBytes, digest.Sha256);
            if (found.Count > 0)
                locks.Put(plan.Source.LockName, new LockedSource(null, [], known));
            return plan;
        }
        var files = new List<PlannedFile>();
        foreach (var file in plan.Files)
        {
            var (here, found) = await TryAsync(() => local.CheckAsync(file, cancellation));
            problems.AddRange(found);
            files.Add(here ?? file);
        }
        return plan with { Files = files };
    }

    static IEnumerable<Diagnostic> ProblemsOf(IReadOnlyList<DownloadSource> sources) =>
        sources.GroupBy(source => source.Name).Where(group => group.Count() > 1).Select(group => ErrorCatalog.BadDownload.At(group.Key, "two downloads have this name"));

    static IEnumerable<Diagnostic> Clashes(IEnumerable<SourcePlan> plans)
    {
        var files = plans.SelectMany(plan => plan.Files).ToArray();
        foreach (var file in files.Where(file => file.Source.Unpack && !file.Path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)))
            yield return ErrorCatalog.BadDownload.At(file.Source.Name, $"{file.Path} is no zip archive, and no other kind is unpacked: leave Unpack away, and unpack it yourself");
        foreach (var group in files.GroupBy(file => file.Target).Where(group => group.DistinctBy(file => (file.Source.LockName, file.Path)).Count() > 1 || group.Count() > 1 && group.Any(file => file.Source.Unpack)))
            yield return ErrorCatalog.BadDownload.At(group.Key, $"{string.Join(" and ", group.Select(file => file.Label))} both belong here");
    }

    static async Task<(T? Result, IReadOnlyList<Diagnostic> Problems)> TryAsync<T>(Func<Task<T>> attempt) where T : class
    {
        try
        {
            return (await attempt(), []);
        }
        catch (DiagnosticException failed)
        {
            return (null, failed.Diagnostics);
        }
    }
}
