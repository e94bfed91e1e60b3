namespace Llava.Pipeline.Tests;

public sealed class HelpTests
{
    [Fact]
    public void Help_is_the_default_and_names_every_public_target()
    {
        var help = PipelineRun.Start("Help", Path.Combine(Path.GetTempPath(), "llava-unused")).MustSucceed().Output;
        string[] targets = ["All", "Download", "Preprocess", "Phase1Hdf5", "Phase2Hdf5", "ConvertCheckpoint", "Phase1Train", "Phase1Eval", "Phase2Train", "Phase2Eval", "ExportCheckpoint", "Evaluate", "Chat", "Status", "Why", "Graph", "Check", "Reproduce", "Prune", "BuildTools", "Clean", "Help"];
        Assert.All(targets, target => Assert.Contains($"\n  {target} ", help.Replace("\r", "", StringComparison.Ordinal).Replace("\n    ", "\n  ", StringComparison.Ordinal), StringComparison.Ordinal));
    }
}
