using System.Diagnostics;
using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary>What the system refuses, on real file systems: a coded line that says where and what to do, and nothing lost.</summary>
[Collection(nameof(DemoRun)), System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class FaultTests(DemoRun demo)
{
    /// <summary>Each is too small for another stage: for its program's copy, its pictures, samples, weights, checkpoints or answers.</summary>
    static readonly int[] DiskKilobytes = [1000, 16000, 22000, 24000, 26000, 28000, 30000, 34000];

    [Fact]
    public void A_read_only_artifacts_folder_is_an_error_and_not_taken_for_a_busy_one()
    {
        using var disk = SmallDisk.MountOrSkip(demo.FolderFor("read-only"), 20_000);
        var artifacts = Path.Combine(disk.Folder, "artifacts");
        demo.Start("CheckRecipe", artifacts).MustSucceed();
        disk.MakeReadOnly();
        var run = demo.Start("CheckRecipe", artifacts, "-p:OnLock=wait").MustFail();
        Assert.Equal([$"{artifacts}/.graph/run.lock : error LLAVA1010: Read-only file system : '{artifacts}/.graph/run.lock': make it writable, or choose another folder with -p:ArtifactsDir= (--output)"], run.Errors);
        Assert.Contains("nothing else reads it", demo.Start("Why", artifacts, "-p:Phase1TrainSet=runconfig.max_steps=4").MustSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_input_that_may_not_be_read_is_named()
    {
        var sandbox = demo.FolderFor("unreadable");
        var raw = Directory.CreateDirectory(Path.Combine(sandbox, "raw")).FullName;
        foreach (var name in (string[])["a", "b", "c"])
            File.WriteAllText(Path.Combine(raw, $"{name}.json"), DemoRun.OwnSamples("2"));
        var items = Path.Combine(sandbox, "items.props");
        File.WriteAllText(items, $"""<Project><ItemGroup><Dataset Include="own" Preprocessor="json2jsonl" Phase="2" Input="{raw}" /></ItemGroup></Project>""");

        File.SetUnixFileMode(Path.Combine(raw, "a.json"), UnixFileMode.None);
        File.SetUnixFileMode(Path.Combine(raw, "c.json"), UnixFileMode.None);
        var run = Preprocess(sandbox, items).MustFail();
        Assert.Equal(((string[])["a", "c"]).Select(name => $"{raw}/{name}.json : error LLAVA1011: Access to the path '{raw}/{name}.json' is denied."), run.Errors);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);

        File.SetUnixFileMode(raw, UnixFileMode.None);
        Assert.Equal([$"{raw} : error LLAVA1011: Access to the path '{raw}' is denied: let this user read it"], Preprocess(sandbox, items).MustFail().Errors.Distinct());
        File.SetUnixFileMode(raw, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void A_full_disk_stops_any_stage_with_a_coded_error_and_the_run_goes_on_when_there_is_room()
    {
        demo.ShortRun.MustSucceed();
        using var disk = SmallDisk.MountOrSkip(demo.FolderFor("small-disk"), DiskKilobytes[0]);
        var artifacts = Path.Combine(disk.Folder, "artifacts");
        var stoppedStages = new List<string>();
        foreach (var kilobytes in DiskKilobytes)
        {
            disk.Resize(kilobytes);
            var run = demo.Start("All", artifacts).MustFail();
            Assert.All(run.Errors, error => Assert.Matches($": error LLAVA1010: .*(No space left on device|disk was full).*: make room and run again: what was finished before is whole$", error));
            Assert.Single(run.Errors);
            Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(": error MSB", run.Output, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateDirectories(Path.Combine(artifacts, ".graph"), "tools-*"));
            stoppedStages.AddRange(run.Stages.TakeLast(1));
        }
        disk.Resize(100_000);
        demo.Start("All", artifacts).MustSucceed();
        IncrementalTests.AssertSame(demo.Short, artifacts);
        demo.Start("All", artifacts).MustRunNothing();
        Assert.True(stoppedStages.Distinct().Count() >= 6, string.Join(", ", stoppedStages));
    }

    [Fact]
    public void Check_says_that_a_disk_is_too_small_the_stores_too_before_anything_runs()
    {
        demo.ShortRun.MustSucceed();
        using var disk = SmallDisk.MountOrSkip(demo.FolderFor("tight-disk"), 30_000);
        DemoRun.CopyFolder(demo.Short, Path.Combine(disk.Folder, "artifacts"));
        var tight = demo.Start("Check", Path.Combine(disk.Folder, "artifacts"), "-p:Seed=2").MustFail();
        Assert.Matches(@"/tight-disk/artifacts/ : error LLAVA7008: the \d+ stages to run write about 1\d\.\d MB, but only \d\.\d MB are free here$", Assert.Single(tight.Errors));

        var roomy = demo.Start("Check", demo.CopyOfShort("roomy"), "-p:Seed=2", $"-p:StoreDir={disk.Folder}/store").MustFail();
        Assert.Matches(@"/tight-disk/store : error LLAVA7008: the store keeps the 1\d\.\d MB that \d+ stages write, but only \d\.\d MB are free here$", Assert.Single(roomy.Errors));
    }

    [Fact]
    public void A_program_that_gets_no_more_memory_says_how_to_do_with_less()
    {
        demo.ShortRun.MustSucceed();
        var (exitCode, output) = LlavaProgram.TryRunWith("DOTNET_GCHeapHardLimit", "0x400000", "hdf5", "--params", Path.Combine(PipelineRun.Repository, "configs", "demo", "llava_phase_1_preproc.yaml"),
            "--set", $"setup.input_dir={demo.Short}/preprocess/demo-captions", "--set", $"setup.output_dir={demo.FolderFor("no-memory")}",
            "--set", $"processing.huggingface_tokenizer={demo.Short}/source/pretrained/text_model", "--set", $"dataset.image_dir={demo.Short}/source/raw");
        Assert.EndsWith($"llava: error LLAVA1012: the program gets no more memory: {SystemErrors.HowToSaveMemory}\n", output, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public void A_stage_that_the_system_killed_for_its_memory_is_said_to_be_and_goes_on_in_the_next_run()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("killed-for-memory");
        string[] properties = [.. demo.ShortProperties, "-p:Phase2TrainSet=runconfig.max_steps=60"];
        using var run = Process.Start(PipelineRun.Command("Phase2Train", artifacts, properties))!;
        var output = new System.Text.StringBuilder();
        while (run.StandardOutput.ReadLine() is { } line)
        {
            output.AppendLine(line);
            if (line.Contains("phase2-train is stale", StringComparison.Ordinal))
                Signals.Send(Signals.ChildOf(run.Id), Signals.Kill); // as the kernel does it; the build itself is smaller and stays
        }
        run.WaitForExit();
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error LLAVA1012: phase2-train was killed, as the system does with the largest program when memory runs out: {SystemErrors.HowToSaveMemory}", output.ToString(), StringComparison.Ordinal);
        var again = PipelineRun.Start("Phase2Train", artifacts, properties).MustSucceed();
        Assert.Contains("phase2-train is stale: its last run was interrupted; it goes on from there", again.Output, StringComparison.Ordinal);
    }

    // The superuser may read everything: without two of his powers he is a user like others, who still owns the folders.
    PipelineRun Preprocess(string sandbox, string items) => PipelineRun.StartUnder(
        Environment.IsPrivilegedProcess ? WithoutPowersOrSkip() : [], "Preprocess", Path.Combine(sandbox, "artifacts"), [.. demo.ShortProperties, $"-p:DatasetsFile={items}"]);

    static string[] WithoutPowersOrSkip()
    {
        string[] launcher = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"];
        Assert.SkipUnless(SmallDisk.Run(launcher[0], launcher[1], "true"), "needs a user who may not read everything");
        return launcher;
    }
}
