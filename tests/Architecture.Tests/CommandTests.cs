using System.Text.RegularExpressions;

namespace Llava.Architecture.Tests;

/// <summary>What makes a stage's command line counts as its code: each build file names the classes, and none is left out.</summary>
public sealed partial class CommandTests
{
    static readonly string Repository = Llava.Tests.GoldenData.Repository;

    [Fact]
    public void Each_check_names_its_step_its_verb_and_what_both_are_made_of()
    {
        var checks = Directory.EnumerateFiles(Path.Combine(Repository, "build"), "*.targets").SelectMany(file => Named().Matches(File.ReadAllText(file))).ToArray();
        Assert.True(checks.Length >= 9, "the build files name no commands");
        Assert.All(checks, check =>
        {
            Assert.Empty(Missing("tasks/Steps", check.Groups[1].Value.Split(';')));
            Assert.Empty(Missing("stages/Host/Verbs", check.Groups[2].Value.Split(';')));
        });
    }

    // One verb may borrow from another what decides no output, such as where a token is read from.
    static IEnumerable<string> Missing(string folder, string[] named)
    {
        var text = string.Concat(named.Select(name => File.ReadAllText(Path.Combine(Repository, folder, $"{name}.cs"))));
        return Directory.EnumerateFiles(Path.Combine(Repository, folder), "*.cs").Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => !name.EndsWith("Verb", StringComparison.Ordinal) && !named.Contains(name) && Regex.IsMatch(text, $@"\b{name}\b"));
    }

    [GeneratedRegex("Step=\"([^\"]+)\" Verb=\"([^\"]+)\"")]
    private static partial Regex Named();
}
