using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary>
/// Kills runs with their whole process group at random times, and runs again until all is done; <see cref="Boundary.BoundaryKillTests"/>
/// kills at file operations. <c>LLAVA_KILLS</c> sets how often (200 is the full run), <c>LLAVA_KILL_SEED</c> when.
/// </summary>
[Collection(nameof(DemoRun)), UnsupportedOSPlatform("windows")]
public sealed class KillTests(DemoRun demo)
{
    const string FewKills = "6";
    const int MostMilliseconds = 6000;

    // Where the kills landed: a stage that had begun and was not recorded, or the graph between two of them.
    readonly SortedDictionary<string, int> _killsByPlace = new(StringComparer.Ordinal);

    readonly Random _random = new(int.Parse(Environment.GetEnvironmentVariable("LLAVA_KILL_SEED") ?? "1", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Killed_anywhere_and_run_again_the_graph_ends_with_the_same_bytes_and_without_a_lock()
    {
        var wanted = int.Parse(Environment.GetEnvironmentVariable("LLAVA_KILLS") ?? FewKills, CultureInfo.InvariantCulture);
        demo.ShortRun.MustSucceed();
        var (kills, passes) = (0, 0);
        while (kills < wanted)
        {
            var artifacts = demo.FolderFor($"killed-{passes}");
            Directory.CreateDirectory(artifacts);
            // Else most kills would meet the drawing of the charts, which begins anew each time.
            foreach (var drawn in passes++ % 2 == 0 ? ["source", "recipe", ".graph"] : Array.Empty<string>())
                DemoRun.CopyFolder(Path.Combine(demo.Short, drawn), Path.Combine(artifacts, drawn));
            while (await IsKilledAsync(artifacts, kills < wanted))
                kills++;
            IncrementalTests.AssertSame(demo.Short, artifacts);
            demo.Start("All", artifacts, "-p:OnLock=fail").MustRunNothing();
            Assert.Empty(LeftBehind(artifacts));
            Directory.Delete(artifacts, recursive: true);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills in {passes} passes: {string.Join(", ", _killsByPlace.Select(pair => $"{pair.Key} {pair.Value}"))}");
    }

    // The store's own go with its pruning: another run may be writing there.
    internal static IEnumerable<string> LeftBehind(string artifacts) => Directory.EnumerateFileSystemEntries(artifacts, "*", SearchOption.AllDirectories)
        .Where(path => path.EndsWith(".partial", StringComparison.Ordinal) && !path.Contains("/.store/", StringComparison.Ordinal));

    /// <returns>false: the run came to its end before it was killed.</returns>
    async Task<bool> IsKilledAsync(string artifacts, bool mayKill)
    {
        using var run = StartInOwnGroup(artifacts);
        var output = run.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = run.StandardError.ReadToEndAsync(CancellationToken.None);
        using var reached = mayKill ? new CancellationTokenSource(_random.Next(300, MostMilliseconds)) : new CancellationTokenSource();
        try
        {
            await run.WaitForExitAsync(reached.Token);
        }
        catch (OperationCanceledException)
        {
            Signals.Send(-run.Id, Signals.Kill);
            await run.WaitForExitAsync(CancellationToken.None);
            var place = PlaceOf(artifacts);
            _killsByPlace[place] = _killsByPlace.GetValueOrDefault(place) + 1;
            return true;
        }
        Assert.True(run.ExitCode == 0, await output + await errors);
        return false;
    }

    static string PlaceOf(string artifacts)
    {
        var begun = new DirectoryInfo(Path.Combine(artifacts, ".graph")) is { Exists: true } graph ? graph.GetFiles("*.begun").MaxBy(file => file.LastWriteTimeUtc) : null;
        return begun is null ? "between stages" : Path.GetFileNameWithoutExtension(begun.Name);
    }

    Process StartInOwnGroup(string artifacts)
    {
        // setsid starts a process group of its own, under the same process id.
        return Process.Start(PipelineRun.CommandUnder(["setsid"], "All", artifacts, [.. demo.ShortProperties, $"-p:StoreDir={artifacts}/.store", "-p:OnLock=fail"]))!;
    }
}
