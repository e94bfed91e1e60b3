using System.Globalization;
using Llava.Contracts.Progress;
using Llava.Download.Sources;

namespace Llava.Download.Planning;

/// <summary>The plan in words: what would be fetched, with sizes.</summary>
static class PlanText
{
    const int MostFiles = 30;

    public static void Write(IReadOnlyList<SourcePlan> plans, IStageLog log)
    {
        foreach (var plan in plans)
        {
            log.Information(Describe(plan));
            var missing = plan.Files.Where(file => file.Present is null).ToArray();
            foreach (var file in missing.Take(MostFiles))
                log.Information($"  {file.Path}  {Size(file.MissingBytes)}{(file.Source.Unpack ? ", to be unpacked" : "")}");
            if (missing.Length > MostFiles)
                log.Information(string.Create(CultureInfo.InvariantCulture, $"  and {missing.Length - MostFiles} more"));
        }
        var all = plans.SelectMany(plan => plan.Files).Where(file => file.Present is null).ToArray();
        log.Information(all.Length == 0 ? "everything is here" : string.Create(CultureInfo.InvariantCulture, $"{all.Length} files to fetch, {Total(all)}"));
    }

    static string Describe(SourcePlan plan)
    {
        var from = plan.Revision is null ? plan.Source.LockName : $"{plan.Source.LockName} (commit {plan.Revision})";
        if (plan.Source.Address.Kind == SourceKind.ByHand)
            return $"{plan.Source.Name}: fetched by hand, and here";
        var missing = plan.Files.Where(file => file.Present is null).ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{plan.Source.Name}: {from} to {plan.Source.Folder}: {missing.Length} of {plan.Files.Count} files to fetch, {Total(missing)}");
    }

    static string Total(IReadOnlyCollection<PlannedFile> files)
    {
        var unknown = files.Count(file => file.MissingBytes is null);
        var known = DiskSpace.Show(files.Aggregate(0m, (sum, file) => sum + (file.MissingBytes ?? 0)));
        return unknown == 0 ? known : string.Create(CultureInfo.InvariantCulture, $"{known} and {unknown} of unknown size");
    }

    static string Size(long? bytes) => bytes is { } known ? DiskSpace.Show(known) : "unknown size";
}
