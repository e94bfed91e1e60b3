using System.Text.RegularExpressions;
using Llava.Contracts.Diagnostics;
using Llava.Tests;

namespace Llava.Contracts.Tests.Diagnostics;

public sealed partial class ErrorCatalogTests
{
    [Fact]
    public void Every_code_stands_once_and_has_its_section_in_errors_md()
    {
        var sections = Section().Matches(File.ReadAllText(Path.Combine(GoldenData.Repository, "build", "errors.md"))).Select(match => match.Groups[1].Value).ToArray();
        var codes = ErrorCatalog.All.Select(code => code.Id).ToArray();
        Assert.Equal(codes.Distinct(), codes);
        Assert.Equal(codes, sections.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^## (LLAVA\d{4})", RegexOptions.Multiline)]
    private static partial Regex Section();
}
