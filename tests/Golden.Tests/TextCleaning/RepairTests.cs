using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Llava.Data.TextCleaning;

namespace Llava.Golden.Tests.TextCleaning;

public sealed partial class RepairTests
{
    const string Part = "ftfy";

    [Fact]
    public void Every_line_is_repaired_as_by_ftfy()
    {
        var cleaner = new TextCleaner(new TextCleaningOptions());
        Comparison.Each(Part, "lines", JsonLines.Read(GoldenSet.Require($"{Part}/ftfy.jsonl")), row =>
        {
            Assert.Equal(TextOf(row, "fixed"), cleaner.Clean(TextOf(row, "text")));
            return 1;
        });
    }

    /// <summary>ftfy's own tests have lone surrogates, which System.Text.Json refuses to hand out.</summary>
    static string TextOf(JsonElement row, string name) => Escape().Replace(
        row.GetProperty(name).GetRawText()[1..^1],
        match => match.Value[1] switch
        {
            'u' => ((char)int.Parse(match.ValueSpan[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString(),
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'f' => "\f",
            'b' => "\b",
            var other => other.ToString(),
        });

    [GeneratedRegex(@"\\(?:u[0-9a-fA-F]{4}|.)")]
    private static partial Regex Escape();
}
