using Llava.Tasks.Checking;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Tests.Checking;

/// <summary>Rules as build files write them, and the words for what they allow.</summary>
public sealed class ValueRuleTests
{
    [Theory]
    [InlineData("OneOf", "auto|cpu|cuda", "auto, cpu or cuda", "cpu", "CPU")]
    [InlineData("OneOf", "wait", "wait", "wait", "fail")]
    [InlineData("EachOf", "1|2", "1 or 2, or several with ';' between", "2;1", "1;3")]
    [InlineData("EachOf", "1|2", "1 or 2, or several with ';' between", " 1 ", ";")]
    [InlineData("Whole", "1..", "a whole number of at least 1", "2147483647", "2147483648")]
    [InlineData("Whole", "1..", "a whole number of at least 1", "1", "1.5")]
    [InlineData("Whole", "0..9", "a whole number from 0 to 9", "9", "10")]
    [InlineData("Whole", "0..", "a whole number of at least 0", "0", "-1")]
    [InlineData("Number", "0..1", "a number from 0 to 1", "5e-2", "NaN")]
    [InlineData("Number", "0..1", "a number from 0 to 1", "0.05", "0,05")]
    [InlineData("Switch", "true", "true or false", "Yes", "ture")]
    [InlineData("Switch", "true", "true or false", "off", "1")]
    public void A_rule_allows_what_it_says(string kind, string said, string description, string allowed, string refused)
    {
        var rule = ValueRule.Of(new TaskItem("Name", new Dictionary<string, string> { [kind] = said }));
        Assert.Equal((description, true, false), (rule.Description, rule.Allows(allowed), rule.Allows(refused)));
    }

    [Fact]
    public void Where_nothing_is_said_anything_is_allowed() => Assert.True(ValueRule.Of(new TaskItem("Name")).Allows("; "));
}
