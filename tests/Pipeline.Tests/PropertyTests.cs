namespace Llava.Pipeline.Tests;

/// <summary>A property that was mistyped: refused before anything is made, emptied or removed because of it.</summary>
[Collection(nameof(DemoRun))]
public sealed class PropertyTests(DemoRun demo)
{
    static readonly string Properties = $"{PipelineRun.Repository}/build/Properties.targets";

    [Fact]
    public void All_that_is_mistyped_is_said_at_once()
    {
        string[] mistyped =
        [
            "-p:Device=cdua", "-p:Threads=0", "-p:Seed=abc", "-p:MaxQuarantine=5", "-p:VerifyImages=head", "-p:OnLock=maybe", "-p:StoreDays=99999999999", "-p:StoreGigabytes=-1",
            "-p:ParallelDownloads=many", "-p:DryRun=ture", "-p:UpdateManifest=1", "-p:DatasetsFile=/nowhere.props",
        ];
        string[] expected =
        [
            "-p:Device= is auto, cpu or cuda, not \"cdua\"", "-p:Threads= is a whole number of at least 1, not \"0\"", "-p:Seed= is a whole number of at least 0, not \"abc\"",
            "-p:MaxQuarantine= is a number from 0 to 1, not \"5\"", "-p:VerifyImages= is header, full or none, not \"head\"", "-p:OnLock= is wait or fail, not \"maybe\"",
            "-p:StoreDays= is a number from 0 to 1000000, not \"99999999999\"", "-p:StoreGigabytes= is a number from 0 to 1000000, not \"-1\"",
            "-p:ParallelDownloads= is a whole number of at least 1, not \"many\"", "-p:DryRun= is true or false, not \"ture\"", "-p:UpdateManifest= is true or false, not \"1\"",
        ];
        foreach (var target in (string[])["All", "Check", "Clean", "Prune", "Reproduce", "Status"])
        {
            var artifacts = demo.FolderFor($"mistyped-{target}");
            var errors = PipelineRun.Start(target, artifacts, mistyped).MustFail().Errors;
            Assert.Equal("/nowhere.props : error LLAVA1001: -p:DatasetsFile= names this, and there is no such file", errors[0]);
            Assert.Equal(expected, errors.Skip(1).Select(error => error[(error.IndexOf("LLAVA1009: ", StringComparison.Ordinal) + "LLAVA1009: ".Length)..]));
            Assert.All(errors.Skip(1), error => Assert.StartsWith(Properties, error, StringComparison.Ordinal));
            Assert.False(Directory.Exists(artifacts));
        }
    }

    [Fact]
    public void A_mistyped_device_leaves_what_was_trained_as_it_is()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("mistyped-device");
        Assert.Empty(demo.Start("Phase1Train", artifacts, "-p:Device=cdua").MustFail().Stages);
        demo.Start("Phase1Train", artifacts).MustRunNothing();
    }

    [Theory]
    [InlineData("dmeo")]
    [InlineData("../")]
    [InlineData("demo/")]
    [InlineData("..")]
    [InlineData("tools")]
    [InlineData("build")]
    public void A_recipe_that_does_not_exist_is_refused_by_every_target_and_leaves_no_folder(string recipe)
    {
        var folders = Directory.GetFileSystemEntries(Path.Combine(PipelineRun.Repository, "artifacts"));
        foreach (var target in (string[])["Clean", "Prune", "Graph", "Check", "Reproduce", "Preprocess"])
            Assert.Contains("error LLAVA7005: ", Assert.Single(PipelineRun.Start(target, "", $"-p:Recipe={recipe}").MustFail().Errors), StringComparison.Ordinal);
        Assert.Equal(folders, Directory.GetFileSystemEntries(Path.Combine(PipelineRun.Repository, "artifacts")));
    }

    [Theory]
    [InlineData("/")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("artifacts/tools")]
    [InlineData("artifacts/build/mine")]
    public void The_checkout_and_its_tools_are_no_folder_for_artifacts(string folder)
    {
        var error = Assert.Single(PipelineRun.Start("Clean", folder).MustFail().Errors);
        Assert.EndsWith(": error LLAVA1009: -p:ArtifactsDir= cannot be the checkout, a folder that it lies in, or that of its tools: -t:Clean removes what is made there", error, StringComparison.Ordinal);
    }
}
