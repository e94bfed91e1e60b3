using System.Globalization;
using Microsoft.Build.Framework;

namespace Llava.Tasks.Checking;

/// <summary>
/// What a property, or the metadata of an item, may be. A build file says it in an item's metadata: OneOf="a|b", Whole="1..", Number="0..1" (either end may be left
/// out), Switch="true" for whatever MSBuild takes as a boolean, EachOf="a|b" for a list.
/// </summary>
/// <param name="Description">"auto, cpu or cuda".</param>
sealed record ValueRule(string Description, Func<string, bool> Allows)
{
    static readonly string[] Switches = ["true", "false", "yes", "no", "on", "off"];

    /// <summary>Of an item that says nothing anything is allowed.</summary>
    public static ValueRule Of(ITaskItem rule)
    {
        string Said(string metadata) => rule.GetMetadata(metadata);
        if (Said("OneOf") is { Length: > 0 } choices)
            return OneOf(choices.Split('|'));
        if (Said("EachOf") is { Length: > 0 } members)
            return EachOf(members.Split('|'));
        if (Said("Whole") is { Length: > 0 } wholeRange)
            return InRange("a whole number", NumberStyles.None, wholeRange);
        if (Said("Number") is { Length: > 0 } range)
            return InRange("a number", NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, range);
        return Said("Switch") == "true" ? new ValueRule("true or false", value => Switches.Contains(value, StringComparer.OrdinalIgnoreCase)) : new ValueRule("anything", _ => true);
    }

    static ValueRule OneOf(string[] choices) => new(Or(choices), value => choices.Contains(value));

    static ValueRule EachOf(string[] members) => new(
        $"{Or(members)}, or several with ';' between",
        value => value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } parts && parts.All(members.Contains));

    static ValueRule InRange(string kind, NumberStyles styles, string range)
    {
        var ends = range.Split("..");
        var (lowest, highest) = (End(ends[0], double.MinValue), End(ends[1], int.MaxValue));
        var words = ends[1].Length == 0 ? $"{kind} of at least {ends[0]}" : $"{kind} from {ends[0]} to {ends[1]}";
        return new ValueRule(words, value => double.TryParse(value, styles, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest);
    }

    static double End(string text, double none) => text.Length == 0 ? none : double.Parse(text, CultureInfo.InvariantCulture);

    static string Or(string[] choices) => choices is [.. var first, var last] && first.Length > 0 ? $"{string.Join(", ", first)} or {last}" : choices[0];
}
