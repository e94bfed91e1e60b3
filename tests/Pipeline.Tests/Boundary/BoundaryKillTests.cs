using System.Globalization;
using Llava.Tasks.Staleness;

namespace Llava.Pipeline.Tests.Boundary;

/// <summary>
/// Each stage of the demo is killed at the file operations that matter, and once more while the next run makes up for it. <c>LLAVA_KILLS</c>
/// sets how often in all: 200 goes over every stage (the README has such a run).
/// </summary>
[Collection(nameof(DemoRun)), System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class BoundaryKillTests(DemoRun demo)
{
    const string FewKills = "8";
    const int KillsInARow = 2;

    /// <summary>The last boundaries of a stage are those of its record, its listing and the store; the first ones of the next run void and clear.</summary>
    const int LastBoundaries = 80;
    const int FirstBoundaries = 40;

    readonly SortedDictionary<string, int> _killsByPlace = new(StringComparer.Ordinal);
    readonly Random _random = new(int.Parse(Environment.GetEnvironmentVariable("LLAVA_KILL_SEED") ?? "1", CultureInfo.InvariantCulture));

    [Fact]
    public void Killed_before_or_after_a_file_operation_any_stage_ends_with_the_same_bytes_and_without_a_lock()
    {
        demo.ShortRun.MustSucceed();
        var boundary = FileBoundary.BuildOrSkip(demo.FolderFor("boundary"));
        var chains = int.Parse(Environment.GetEnvironmentVariable("LLAVA_KILLS") ?? FewKills, CultureInfo.InvariantCulture) / KillsInARow;
        var stages = Stages();
        var chosen = Enumerable.Range(0, Math.Min(chains, stages.Length)).Select(index => stages[index * stages.Length / Math.Min(chains, stages.Length)]).ToArray();
        foreach (var (plan, index) in chosen.Select((plan, index) => (plan, index)))
            KillStage(boundary, plan, chains / chosen.Length + (index < chains % chosen.Length ? 1 : 0));
        // A stage that works in parallel has a few boundaries more one time, a few less another.
        Assert.InRange(_killsByPlace.Values.Sum(), chains, chains * KillsInARow);
        TestContext.Current.TestOutputHelper?.WriteLine($"{_killsByPlace.Values.Sum()} kills:\n{string.Join('\n', _killsByPlace.Select(place => $"{place.Key,-40} {place.Value}"))}");
    }

    void KillStage(FileBoundary boundary, StagePlan plan, int chains)
    {
        var (_, all) = boundary.Run(at: 0, Prepare(plan), Properties);
        foreach (var at in Spread(all, chains))
        {
            var artifacts = Prepare(plan);
            if (boundary.Run(at, artifacts, Properties).KilledAt is { } killedAt)
                Count(plan.Stage, killedAt);
            for (var kill = 1; kill < KillsInARow && boundary.Run(_random.Next(1, FirstBoundaries), artifacts, Properties) is { KilledAt: { } again }; kill++)
                Count(plan.Stage, $"again {again}");
            MustEndAsIfNothingHadBeen(artifacts);
        }
    }

    void MustEndAsIfNothingHadBeen(string artifacts)
    {
        demo.Start("All", artifacts, Store).MustSucceed();
        IncrementalTests.AssertSame(demo.Short, artifacts);
        demo.Start("All", artifacts, Store, "-p:OnLock=fail").MustRunNothing();
        Assert.Empty(KillTests.LeftBehind(artifacts));
    }

    string Artifacts => demo.FolderFor("at-boundaries");

    string Store => $"-p:StoreDir={Artifacts}/.store";

    string[] Properties => [.. demo.ShortProperties, Store];

    StagePlan[] Stages() => [.. Directory.EnumerateFiles(demo.Short, StageManifest.FileName, SearchOption.AllDirectories).Select(path => StageManifest.TryRead(path)!).OrderBy(record => record.FinishedAt).Select(record => record.Plan)];

    /// <summary>The demo as it is before the one stage has run; all behind it is there already, since it will write the same.</summary>
    string Prepare(StagePlan plan)
    {
        if (Directory.Exists(Artifacts))
            Directory.Delete(Artifacts, recursive: true);
        DemoRun.CopyFolder(demo.Short, Artifacts);
        Directory.Delete(Path.Combine(Artifacts, Path.GetRelativePath(demo.Short, plan.Directory)), recursive: true);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Artifacts, ".graph"), $"{plan.Stage.Replace('/', '-')}.*").ToArray())
            File.Delete(file);
        return Artifacts;
    }

    /// <summary>Half of them over the whole stage, half anywhere at its end.</summary>
    IEnumerable<long> Spread(long boundaries, int count)
    {
        var (whole, last) = (count - count / 2, (int)Math.Min(boundaries, LastBoundaries));
        return [.. Enumerable.Range(0, whole).Select(index => 1 + ((2 * index) + 1) * boundaries / (2 * whole + 1)), .. Enumerable.Range(0, count / 2).Select(_ => boundaries - _random.Next(last))];
    }

    // "phase1-train: before rename"
    void Count(string stage, string killedAt)
    {
        var place = $"{stage}: {killedAt[..killedAt.LastIndexOf(' ')]}";
        _killsByPlace[place] = _killsByPlace.GetValueOrDefault(place) + 1;
    }
}
