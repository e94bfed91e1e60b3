using System.Xml.Linq;
using Llava.Evaluate.Benchmarks;
using Llava.Tests;

namespace Llava.Evaluate.Tests.Benchmarks;

public sealed class BenchmarkTableTests
{
    [Fact]
    public void The_build_knows_every_scorer_and_no_other()
    {
        var known = XDocument.Load(Path.Combine(GoldenData.Repository, "build", "Items.targets")).Descendants("_Scorers").Single().Value.Split('|');
        Assert.Equal(BenchmarkTable.Names, known);
    }
}
