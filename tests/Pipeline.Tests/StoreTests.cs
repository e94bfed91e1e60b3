using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary>Outputs come back from the store, without work, wherever code, settings and inputs are as they were.</summary>
[Collection(nameof(DemoRun)), System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class StoreTests(DemoRun demo)
{
    [Fact]
    public void A_clean_clone_elsewhere_with_access_to_the_remote_store_gets_everything_from_there_without_running_a_stage()
    {
        demo.ShortRun.MustSucceed();
        var clone = CheckoutCopy.Clone(demo.FolderFor("cloned-checkout/at/another/depth"));
        var artifacts = Path.Combine(clone, "artifacts", "demo");
        string[] properties = [.. demo.ShortProperties, $"-p:StoreDir={artifacts}/.store", $"-p:RemoteStore={demo.RemoteStore}"];
        Assert.Equal(["recipe", "demo-source"], new WhyReport(PipelineRun.StartAt(clone, "Why", artifacts, properties)).In("stored"));
        Assert.False(Directory.Exists(artifacts));
        var run = PipelineRun.StartAt(clone, "All", artifacts, properties).MustSucceed();
        Assert.Empty(run.Stages);
        Assert.Contains($"fetching", run.Output, StringComparison.Ordinal);
        Assert.Contains("demo-charts: relaxed accuracy", run.Output, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(demo.Short, "*", SearchOption.AllDirectories).Where(file => !file.Contains("/.graph/", StringComparison.Ordinal) && !file.EndsWith("file_hashes.tsv", StringComparison.Ordinal)))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(artifacts, Path.GetRelativePath(demo.Short, file))));
        PipelineRun.StartAt(clone, "All", artifacts, demo.ShortProperties).MustRunNothing();
    }

    [Fact]
    public void A_remote_store_that_is_named_later_gets_what_was_made_before()
    {
        demo.ShortRun.MustSucceed();
        var remote = $"-p:RemoteStore={demo.FolderFor("remote-later")}";
        demo.Start("All", demo.CopyOfShort("shares-late"), $"-p:StoreDir={demo.FolderFor("shares-late-store")}", remote).MustRunNothing();
        demo.Start("All", demo.FolderFor("gets-late"), $"-p:StoreDir={demo.FolderFor("gets-late-store")}", remote).MustRunNothing();
    }

    [Fact]
    public void Going_back_to_an_earlier_setting_brings_back_its_outputs_and_a_damaged_one_is_made_again()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("there-and-back");
        // A store of its own: what is edited below through a hard link must not reach the other tests' folders.
        DemoRun.CopyFolder(demo.Store, demo.FolderFor("store-to-edit"));
        string[] store = [$"-p:StoreDir={demo.FolderFor("store-to-edit")}"];
        var other = demo.Start("Phase1Hdf5", artifacts, [.. store, "-p:MaxQuarantine=0.06"]).MustSucceed();
        Assert.Equal(["preprocess/demo-captions", "preprocess/demo-charts", "preprocess/own", "phase1-hdf5"], other.Stages);

        var why = demo.Start("Why", artifacts, store).MustSucceed().Output;
        Assert.Contains("the store has what it wrote for these inputs: it comes back without work", why, StringComparison.Ordinal);
        var back = demo.Start("Phase1Hdf5", artifacts, store).MustSucceed();
        Assert.Empty(back.Stages);
        Assert.Contains("phase1-hdf5 comes from the store: MaxQuarantine 0.06 -> 0.05", back.Output, StringComparison.Ordinal);

        // By hand, in place: a hard link into the store is edited with it.
        var output = Directory.GetFiles(Path.Combine(artifacts, "hdf5", "phase1"), "*.h5").Single();
        var content = File.ReadAllBytes(output);
        File.SetUnixFileMode(output, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(output, [.. content[..^1], (byte)(content[^1] ^ 1)]);
        var mended = demo.Start("Phase1Hdf5", artifacts, store).MustSucceed();
        Assert.Empty(mended.Stages.Except(["phase1-hdf5"]));
        Assert.Equal(content, File.ReadAllBytes(output));
    }

    [Fact]
    public void A_remote_store_that_cannot_be_used_is_a_warning()
    {
        demo.ShortRun.MustSucceed();
        var run = demo.Start("CheckRecipe", demo.FolderFor("unreachable"), $"-p:StoreDir={demo.FolderFor("unreachable-store")}", "-p:RemoteStore=/proc/llava").MustSucceed();
        Assert.Equal(["recipe"], run.Stages);
        Assert.Contains("warning LLAVA7010: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("; going on without the remote store", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bucket_is_a_remote_store_and_what_was_tampered_with_in_it_is_refused_and_made_again()
    {
        using var server = new S3Server();
        PipelineRun Start(string name) => PipelineRun.StartIn(server.Environment, "Phase1Hdf5", demo.FolderFor(name), [.. demo.ShortProperties, $"-p:StoreDir={demo.FolderFor($"{name}-store")}", $"-p:RemoteStore=s3://{S3Server.Bucket}/team"]);
        var first = Start("bucket-first").MustSucceed();
        Assert.Contains("phase1-hdf5", first.Stages);
        Assert.DoesNotContain("LLAVA7010", first.Output, StringComparison.Ordinal);
        Assert.Empty(Start("bucket-second").MustSucceed().Stages);

        var output = Directory.GetFiles(Path.Combine(demo.FolderFor("bucket-first"), "hdf5", "phase1"), "*.h5").Single();
        var stored = server.FileOf($"team/{Llava.Store.ObjectName.OfContent(Llava.Contracts.Files.FileHash.Sha256(output))}");
        var content = File.ReadAllBytes(stored);
        File.WriteAllBytes(stored, [.. content[..^1], (byte)(content[^1] ^ 1)]);
        var third = Start("bucket-third").MustSucceed();
        Assert.Equal(["phase1-hdf5"], third.Stages);
        Assert.Contains("warning LLAVA7009: is damaged: its content has another hash than its name", third.Output, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllBytes(stored));
    }

    [Theory]
    [InlineData("nowhere", "S3RVER", "S3RVER")]
    [InlineData(S3Server.Bucket, "NOBODY", "wrong")]
    [InlineData(S3Server.Bucket, "", "")]
    public void A_bucket_without_credentials_or_not_there_at_all_is_a_warning(string bucket, string account, string secret)
    {
        using var server = new S3Server();
        var environment = new Dictionary<string, string>(server.Environment) { ["AWS_ACCESS_KEY_ID"] = account, ["AWS_SECRET_ACCESS_KEY"] = secret };
        var artifacts = demo.FolderFor($"denied-{bucket}-{secret}");
        var run = PipelineRun.StartIn(environment, "CheckRecipe", artifacts, $"-p:StoreDir={artifacts}-store", $"-p:RemoteStore=s3://{bucket}/x").MustSucceed();
        Assert.Equal(["recipe"], run.Stages);
        Assert.True(run.Output.Contains($"warning LLAVA7010: s3://{bucket}/x: ", StringComparison.Ordinal), run.Output);
    }

    [Fact]
    public void A_store_that_cannot_be_written_is_a_warning()
    {
        var run = demo.Start("CheckRecipe", demo.FolderFor("unwritable"), "-p:StoreDir=/proc/llava").MustSucceed();
        Assert.Equal(["recipe"], run.Stages);
        Assert.Contains("warning LLAVA7011: /proc/llava: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_remote_store_without_a_local_one_is_said_not_to_be_used()
    {
        var run = demo.Start("CheckRecipe", demo.FolderFor("remote-alone"), $"-p:RemoteStore={demo.FolderFor("remote-unused")}").MustSucceed();
        Assert.Contains("warning LLAVA7011: -p:RemoteStore= is not used, because of -p:StoreDir=none", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(demo.FolderFor("remote-unused")));
    }

    [Fact]
    public void Prune_keeps_what_the_artifacts_folder_holds_and_counts_the_rest()
    {
        demo.ShortRun.MustSucceed();
        var prune = demo.Start("Prune", demo.Short, $"-p:StoreDir={demo.Store}", "-p:StoreGigabytes=0", "-p:DryRun=true").MustSucceed();
        Assert.Matches(@"store: would remove \d+ entries and \d+\.\d MB of files; 1[45] entries stay, \d+\.\d MB", prune.Output);
    }

    [Fact]
    public void Prune_removes_what_no_artifacts_folder_of_this_run_holds_and_what_stays_can_be_used()
    {
        demo.ShortRun.MustSucceed();
        DemoRun.CopyFolder(demo.Store, demo.FolderFor("store-to-prune"));
        var (artifacts, store) = (demo.CopyOfShort("pruning"), $"-p:StoreDir={demo.FolderFor("store-to-prune")}");
        demo.Start("CheckRecipe", artifacts, store, "-p:Phase1TrainSet=runconfig.max_steps=4").MustSucceed();
        int Entries() => Directory.GetFiles(Path.Combine(demo.FolderFor("store-to-prune"), "entries"), "*.json", SearchOption.AllDirectories).Length;
        var before = Entries();

        // The recipe of the short run is no longer what the folder holds.
        Assert.Contains("store-to-prune: removed 1 entries and ", demo.Start("Prune", artifacts, store, "-p:StoreGigabytes=0").MustSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(before - 1, Entries());
        Assert.Equal(["recipe"], demo.Start("All", demo.FolderFor("from-pruned"), store).MustSucceed().Stages);

        demo.Start("Prune", demo.FolderFor("holds-nothing"), store, "-p:StoreDays=0").MustSucceed();
        Assert.Equal(0, Entries());
        Assert.False(Directory.Exists(demo.FolderFor("holds-nothing")));
    }
}
