using System.Diagnostics;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary>Two runs at once: on one artifacts folder one after the other, on two side by side.</summary>
[Collection(nameof(DemoRun))]
public sealed class ConcurrencyTests(DemoRun demo)
{
    const string LongTraining = "-p:Phase2TrainSet=runconfig.max_steps=400";

    [Fact]
    public async Task A_second_run_fails_or_waits_and_a_killed_one_leaves_no_lock()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("busy");
        using var first = await Start(artifacts, "steps, loss");
        using var held = Signals.Hold(Signals.ChildOf(first.Id));
        var refused = demo.Start("All", artifacts, "-p:OnLock=fail").MustFail();
        Assert.Equal([$"{artifacts}/ : error LLAVA7007: in use by process {first.Id}"], refused.Errors);
        Assert.Empty(refused.Stages);

        // Other folders, and looking on, need not wait.
        demo.Start("All", demo.Short, "-p:OnLock=fail").MustRunNothing();
        Assert.Contains("phase2-train", demo.Start("Status", artifacts).MustSucceed().Output, StringComparison.Ordinal);
        demo.Start("Check", artifacts, "-p:OnLock=fail").MustSucceed();

        using var second = await Start(artifacts, $"{artifacts}/ is in use by process {first.Id}; waiting");
        Assert.False(second.HasExited);
        first.Kill(entireProcessTree: false);
        held.Dispose();
        await second.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, second.ExitCode);
        Assert.Empty(demo.Start("All", artifacts, "-p:OnLock=fail").MustSucceed().Stages.Except(["recipe", "phase2-train", "phase2-eval", "export", "evaluate/demo-charts"]));
    }

    [Fact]
    public async Task Two_runs_on_one_store_and_another_recipe_at_the_same_time_write_what_each_writes_alone()
    {
        demo.ShortRun.MustSucceed();
        var raw = Directory.CreateDirectory(demo.FolderFor("side-by-side-raw")).FullName;
        await File.WriteAllTextAsync(Path.Combine(raw, "llava_v1_5_mix665k.json"), DemoRun.OwnSamples("2"), TestContext.Current.CancellationToken);
        string[] other = ["-p:Recipe=7b", $"-p:LLaVAInstruct={raw}", $"-p:DataRoot={raw}/", "-p:StoreDir=none"];
        string[] store = [$"-p:StoreDir={demo.FolderFor("side-by-side-store")}", $"-p:RemoteStore={demo.FolderFor("side-by-side-remote")}"];
        var runs = await Task.WhenAll(
            Task.Run(() => demo.Start("All", demo.FolderFor("side-a"), store)),
            Task.Run(() => demo.Start("All", demo.FolderFor("side-b"), store)),
            Task.Run(() => PipelineRun.Start("Preprocess", demo.FolderFor("side-7b"), [.. other, store[0]])));
        Assert.All(runs, run => run.MustSucceed());
        Assert.All(runs, run => Assert.DoesNotContain(": warning LLAVA70", run.Output, StringComparison.Ordinal));
        Assert.Equal(["recipe", "preprocess/llava-instruct"], runs[2].Stages);

        PipelineRun.Start("Preprocess", demo.FolderFor("alone-7b"), other).MustSucceed();
        IncrementalTests.AssertSame(demo.Short, demo.FolderFor("side-a"));
        IncrementalTests.AssertSame(demo.Short, demo.FolderFor("side-b"));
        IncrementalTests.AssertSame(demo.FolderFor("alone-7b"), demo.FolderFor("side-7b"));

        // What they stored together is whole: a third run takes all of it.
        var third = demo.Start("All", demo.FolderFor("side-c"), store).MustSucceed();
        Assert.True(third.Stages.Count == 0, third.Output);
        IncrementalTests.AssertSame(demo.Short, demo.FolderFor("side-c"));
    }

    [Fact]
    public void Another_value_of_OnLock_is_refused() =>
        Assert.Contains("error LLAVA1009: -p:OnLock= is wait or fail, not \"maybe\"", PipelineRun.Start("Preprocess", demo.Short, "-p:OnLock=maybe").MustFail().Output, StringComparison.Ordinal);

    async Task<Process> Start(string artifacts, string until)
    {
        var process = Process.Start(PipelineRun.Command("Phase2Train", artifacts, [.. demo.ShortProperties, LongTraining]))!;
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains(until, StringComparison.Ordinal))
        {
        }
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        return process;
    }
}
