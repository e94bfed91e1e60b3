namespace Llava.Pipeline.Tests;

/// <summary>Targets that only look, in one build with targets that work.</summary>
[Collection(nameof(DemoRun))]
public sealed class LookingTests(DemoRun demo)
{
    const string NewSetting = "-p:MaxQuarantine=0.07";

    [Theory]
    [InlineData("Status")]
    [InlineData("Why")]
    [InlineData("Graph")]
    [InlineData("Check")]
    public void What_was_looked_at_is_still_done(string looks)
    {
        demo.ShortRun.MustSucceed();
        var run = demo.Start($"{looks};Preprocess", demo.CopyOfShort($"looks-{looks}"), NewSetting).MustSucceed();
        Assert.Contains("preprocess/own", run.Stages);
    }

    [Fact]
    public void What_is_said_after_a_run_is_what_is_so_after_it()
    {
        demo.ShortRun.MustSucceed();
        var run = demo.Start("Status;Preprocess;Why", demo.CopyOfShort("looks-after"), NewSetting).MustSucceed();
        Assert.Contains("preprocess/own", run.Stages);
        Assert.Equal(["stale", "fresh"], System.Text.RegularExpressions.Regex.Matches(run.Output, @"preprocess/own +(stale|fresh) ").Select(match => match.Groups[1].Value));
    }
}
