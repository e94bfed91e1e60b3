using System.Xml.Linq;
using Llava.Tests;

namespace Llava.Preprocess.Tests.Datasets;

public sealed class DatasetTableTests
{
    [Fact]
    public void The_build_knows_every_preprocessor_and_no_other()
    {
        var known = XDocument.Load(Path.Combine(GoldenData.Repository, "build", "Items.targets")).Descendants("_Preprocessors").Single().Value.Split('|');
        Assert.Equal(DatasetTable.Descriptions.Select(dataset => dataset.Name).Append("json2jsonl").Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }
}
