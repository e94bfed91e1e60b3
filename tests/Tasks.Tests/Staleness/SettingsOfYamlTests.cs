using Llava.Tasks.Staleness;

namespace Llava.Tasks.Tests.Staleness;

public sealed class SettingsOfYamlTests : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    string Read(string yaml)
    {
        File.WriteAllText(_file, yaml);
        return string.Join('\n', SettingsOfYaml.Read(_file, "f").Select(setting => $"{setting.Key}={setting.Value}"));
    }

    [Theory]
    [InlineData("k: relu", "k: 'relu'", "f: k=relu")]
    [InlineData("k: 1e-3", "k: 0.001", "f: k=0.001")]
    [InlineData("k: True", "k: true # on", "f: k=true")]
    [InlineData("k: ~", "k: null", "f: k=null")]
    [InlineData("k: ", "k: Null", "f: k=null")]
    [InlineData("k: \"1\"", "k: '1'", "f: k=\"1\"")]
    [InlineData("k: [a, \"b\"]", "k:\n- 'a'\n- b", "f: k=[a, b]")]
    [InlineData("a: {b: 1, c: 2}", "a:\n  c: 2.0\n  b: 1", "f: a.b=1\nf: a.c=2")]
    public void What_reads_as_the_same_is_the_same_setting_however_it_is_written(string one, string other, string expected)
    {
        Assert.Equal(expected, string.Join('\n', Read(one).Split('\n').Order(StringComparer.Ordinal)));
        Assert.Equal(expected, string.Join('\n', Read(other).Split('\n').Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("k: [\"a, b\"]", "k: [a, b]")]
    [InlineData("k: \"[a, b]\"", "k: [a, b]")]
    [InlineData("k: \"null\"", "k: null")]
    [InlineData("k: \"\"", "k: ")]
    [InlineData("k: \"1\"", "k: 1")]
    [InlineData("k: '\"1\"'", "k: \"1\"")]
    [InlineData("k: \"true\"", "k: true")]
    [InlineData("k: \"{}\"", "k: {}")]
    [InlineData("k: {}", "")]
    [InlineData("k: []", "k: [\"\"]")]
    [InlineData("k: [[1], [2]]", "k: [1, 2]")]
    [InlineData("k: \"a\\nf: j=1\"", "k: a\nj: 1")]
    public void What_reads_as_something_else_is_another_setting(string one, string other) => Assert.NotEqual(Read(one), Read(other));
}
