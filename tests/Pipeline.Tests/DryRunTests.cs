namespace Llava.Pipeline.Tests;

/// <summary>Every public target with <c>-p:DryRun=true</c>, on a folder where nothing has been made yet.</summary>
[Collection(nameof(DemoRun))]
public sealed class DryRunTests(DemoRun demo)
{
    [Theory]
    [InlineData("All", "phase2-train would run: it has not run yet")]
    [InlineData("Download", "recipe demo has nothing to download")]
    [InlineData("Preprocess", "preprocess/own would run: it has not run yet")]
    [InlineData("Phase1Hdf5", "phase1-hdf5 would run: it has not run yet")]
    [InlineData("Phase2Hdf5", "phase2-eval-hdf5 would run: it has not run yet")]
    [InlineData("ConvertCheckpoint", "convert would run: it has not run yet")]
    [InlineData("Phase1Train", "phase1-train would run: it has not run yet")]
    [InlineData("Phase1Eval", "phase1-eval would run: it has not run yet")]
    [InlineData("Phase2Train", "phase2-train would run: it has not run yet")]
    [InlineData("Phase2Eval", "phase2-eval would run: it has not run yet")]
    [InlineData("ExportCheckpoint", "export would run: it has not run yet")]
    [InlineData("Evaluate", "evaluate/demo-charts would run: it has not run yet")]
    [InlineData("Chat", "would start a talk with the model in ")]
    [InlineData("Status", "phase2-train              waits    never run")]
    [InlineData("Why", "stages would run; by their last runs about 0 s, and ")]
    [InlineData("Graph", "graph.svg")]
    [InlineData("Check", "recipe would run: it has not run yet")]
    [InlineData("Reproduce", "phase2-train would run: it has not run yet")]
    [InlineData("Prune", "would remove 0 entries")]
    [InlineData("BuildTools", "")]
    [InlineData("Clean", "nothing to remove: nothing was made in ")]
    [InlineData("Help", "Targets, each with all that it needs")]
    public void Each_public_target_says_what_it_would_do_and_writes_nothing(string target, string said)
    {
        var artifacts = demo.FolderFor($"dry-{target}");
        var run = demo.Start(target, artifacts, "-p:DryRun=true", $"-p:StoreDir={artifacts}/.store").MustSucceed();
        Assert.Empty(run.Stages);
        Assert.True(run.Output.Contains(said, StringComparison.Ordinal), run.Output);
        Assert.False(Directory.Exists(artifacts), run.Output);
    }
}
