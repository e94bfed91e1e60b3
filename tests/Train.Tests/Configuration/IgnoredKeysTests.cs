using Llava.Train.Configuration;

namespace Llava.Train.Tests.Configuration;

public sealed class IgnoredKeysTests
{
    [Fact]
    public void The_README_lists_every_ignored_key_with_its_reason()
    {
        var rows = File.ReadAllLines(Repository.PathOf("stages/Train/README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();

        Assert.All(IgnoredKeys.Reasons, entry => Assert.Contains(rows, row => row.Contains($"`{entry.Key}`", StringComparison.Ordinal) && row.EndsWith($"| {entry.Value} |", StringComparison.Ordinal)));
        Assert.Equal(IgnoredKeys.Reasons.Count, rows.Sum(row => row.Split('`').Length / 2));
    }
}
