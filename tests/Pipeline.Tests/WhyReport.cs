using System.Text.RegularExpressions;

namespace Llava.Pipeline.Tests;

/// <summary>What <c>-t:Why</c> printed: each stage's state, and the lines below it.</summary>
sealed partial class WhyReport
{
    readonly List<(string Stage, string State, List<string> Lines)> _stages = [];

    public WhyReport(PipelineRun why)
    {
        Assert.Empty(why.MustSucceed().Stages);
        foreach (var line in why.Output.Split('\n').Select(line => line.Trim()))
        {
            if (StageLine().Match(line) is { Success: true } match)
                _stages.Add((match.Groups[1].Value, match.Groups[2].Value, []));
            else if (_stages.Count > 0)
                _stages[^1].Lines.Add(line);
        }
        Assert.NotEmpty(_stages);
    }

    public IEnumerable<string> In(string state) => _stages.Where(stage => stage.State == state).Select(stage => stage.Stage);

    public IReadOnlyList<string> LinesOf(string stage) => _stages.Single(found => found.Stage == stage).Lines;

    public void MustBeFresh() => Assert.All(_stages, stage => Assert.True(stage.State == "fresh", $"{stage.Stage} {stage.State}: {string.Join('\n', stage.Lines)}"));

    [GeneratedRegex(@"^(\S+) +(fresh|stale|waits|stored) +(never run|\d)")]
    private static partial Regex StageLine();
}
