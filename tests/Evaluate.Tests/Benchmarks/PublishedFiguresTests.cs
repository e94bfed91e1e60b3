using System.Globalization;
using Llava.Evaluate.Benchmarks;
using Llava.Tests;

namespace Llava.Evaluate.Tests.Benchmarks;

public sealed class PublishedFiguresTests
{
    [Fact]
    public void They_are_those_of_the_committed_table_and_nothing_else_has_any()
    {
        var table = File.ReadLines(GoldenData.Require("eval/published.tsv")).Where(line => line[0] != '#').Select(line => line.Split('\t')).ToList();

        Assert.Equal(12, table.Count);
        Assert.Equal(
            table.Select(row => (row[0], Number(row[1]), Number(row[2]))),
            BenchmarkTable.All.Where(benchmark => benchmark.Published is not null).Select(benchmark => (benchmark.Name, benchmark.Published!.Llava7B, benchmark.Published.Llava13B)));
        Assert.Equal(["chartqa", "docvqa", "infographicsvqa", "ai2d"], BenchmarkTable.All.Where(benchmark => benchmark.Published is null).Select(benchmark => benchmark.Name));
    }

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
