using Llava.Contracts.Diagnostics;

namespace Llava.Contracts.Tests.Diagnostics;

/// <summary>What a dataset says must not look like what the build says.</summary>
public sealed class PlainTextTests
{
    [Theory]
    [InlineData("plain text, bö and 漢字", "plain text, bö and 漢字")]
    [InlineData("a\nevil.cs(1,1): error CS0001: fake", "a\\nevil.cs(1,1): error CS0001: fake")]
    [InlineData("\u001b]0;title\u0007\u001b[2J", "\\u001b]0;title\\u0007\\u001b[2J")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("gpj.\u202eexe", "gpj.\\u202eexe")]
    [InlineData("##vso[task.setvariable variable=PATH]x", "##vso [task.setvariable variable=PATH]x")]
    [InlineData("##[group]", "## [group]")]
    [InlineData("a ## b", "a ## b")]
    public void A_message_is_one_line_without_commands(string text, string shown)
    {
        Assert.Equal(shown, PlainText.OneLine(text));
        Assert.Equal($"{shown}: error LLAVA1001: {shown}", ErrorCatalog.FileNotFound.At(text, text).ToString());
    }

    [Fact]
    public void Where_lines_are_wanted_they_stay() => Assert.Equal("a\n\tb\\u001b[2J\\r", PlainText.Lines("a\n\tb\u001b[2J\r"));
}
