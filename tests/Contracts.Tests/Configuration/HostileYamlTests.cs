using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;

namespace Llava.Contracts.Tests.Configuration;

/// <summary>Yaml that is written to exhaust, to run or to confuse the program that reads it.</summary>
public sealed class HostileYamlTests
{
    static string Refusal(string yaml) => Assert.Throws<DiagnosticException>(() => ConfigDocument.Parse(yaml, "a.yaml")).Message;

    [Fact]
    public void A_billion_laughs_are_refused_at_the_first()
    {
        var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + string.Concat("bcdefghij".Select(name => $"{name}: &{name} [{string.Join(", ", Enumerable.Repeat($"*{(char)(name - 1)}", 9))}]\n"));
        Assert.Equal("a.yaml(2,8): error LLAVA1002: an alias (*name) within a value that has a name itself (&name): write it out", Refusal(bomb));
    }

    [Fact]
    public void A_value_that_holds_itself_is_refused() => Assert.Equal("a.yaml(1,8): error LLAVA1002: an alias (*name) within a value that has a name itself (&name): write it out", Refusal("a: &a [*a]\n"));

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{a: ", 100_000)]
    [InlineData("- ", 5_000)]
    public void Nesting_without_end_is_refused_and_does_not_exhaust_the_stack(string opening, int times) =>
        Assert.Contains("error LLAVA1002: values are nested more than 64 deep", Refusal("a:\n  " + string.Concat(Enumerable.Repeat(opening, times))), StringComparison.Ordinal);

    [Theory]
    [InlineData("!!python/object/apply:os.system ['touch MARKER']")]
    [InlineData("!!python/name:os.system")]
    [InlineData("!!System.Diagnostics.Process {StartInfo: {FileName: touch, Arguments: MARKER}}")]
    [InlineData("!<tag:yaml.org,2002:System.IO.File> MARKER")]
    public void A_tag_makes_no_object_and_runs_nothing(string value)
    {
        var marker = Path.Combine(Directory.CreateTempSubdirectory("llava-yaml-").FullName, "marker");
        var document = ConfigDocument.Parse($"a: {value.Replace("MARKER", marker, StringComparison.Ordinal)}\n", "a.yaml");
        Assert.True(document.Root.Entries["a"] is ConfigScalar or ConfigList or ConfigMap);
        Assert.False(File.Exists(marker));
        Directory.Delete(Path.GetDirectoryName(marker)!);
    }

    [Fact]
    public void A_key_that_is_no_text_is_refused() => Assert.Contains("error LLAVA1002: a key must be plain text", Refusal("? [a, b]\n: c\n"), StringComparison.Ordinal);
}
