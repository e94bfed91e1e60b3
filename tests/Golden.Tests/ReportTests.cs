[assembly: AssemblyFixture(typeof(Llava.Golden.Tests.ConsoleReport))]

namespace Llava.Golden.Tests;

/// <summary>Runs after all others, as parallel collections go first.</summary>
[Collection(nameof(ReportTests))]
public sealed class ReportTests
{
    [Fact]
    public void Every_part_that_is_there_was_compared()
    {
        // Of a part that is there, a set may lack the files that a comparison needs; it then says which.
        var whole = GoldenSet.Parts.Where(part => GoldenSet.Has(part) && GoldenSet.MissedOf(part).Count == 0);
        Assert.All(whole, part => Assert.True(Comparison.CountOf(part) > 0, $"{part} is in {GoldenSet.Root}, but nothing of it was compared"));
        // `dotnet test` swallows what a passing test prints; the reason of a skipped one is all that it shows.
        Assert.SkipWhen(ConsoleReport.IsSwallowed, $"(not skipped: this is the report) {ConsoleReport.Text()}");
    }
}

[CollectionDefinition(nameof(ReportTests), DisableParallelization = true)]
public sealed class ReportCollection;

/// <summary>Prints what was compared when the last test has ended.</summary>
public sealed class ConsoleReport : IDisposable
{
    public static bool IsSwallowed => Environment.GetCommandLineArgs().Contains("dotnettestcli");

    public static string Text() => $"golden data of {GoldenSet.Root}\n{string.Join('\n', Comparison.Lines())}";

    public void Dispose() => Console.WriteLine(Text());
}
