using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using static Llava.Golden.Tests.Preprocess.PreprocessRun;

namespace Llava.Golden.Tests.Preprocess;

/// <summary>Inputs that end the reference's run with an exception: here the sample is written, or in the ledger, or the run ends with coded errors.</summary>
public sealed class FailingInputTests
{
    const string Group = $"{Part}/_failing";

    [Fact]
    public async Task No_input_ends_in_an_exception() =>
        await Comparison.EachAsync(Part, "failing inputs", JsonLines.Read(GoldenSet.Require($"{Group}/failures.jsonl")).Select(line => line.GetProperty("case").GetString()!), CompareAsync);

    static async Task<long> CompareAsync(string name)
    {
        var dataset = DatasetOf(name);
        using var folder = new ScratchFolder();
        try
        {
            await RunAsync(dataset, InputOf(name, dataset), folder, HoldsPictures(dataset) ? "p" : null, maximumQuarantine: 1);
        }
        catch (DiagnosticException error)
        {
            Assert.NotEmpty(error.Diagnostics);
            Assert.False(Directory.Exists(folder["out"]));
            return 1;
        }
        Assert.Contains(QuarantineLedger.FileName, Directory.EnumerateFiles(folder["out"], "*.jsonl").Select(Path.GetFileName));
        Assert.True(Directory.EnumerateFiles(folder["out"], "*.jsonl").Count() > 1, "there is nothing beside the ledger");
        return 1;
    }

    static string InputOf(string name, string dataset)
    {
        var folder = GoldenSet.Require($"{Group}/{name}");
        return dataset == "ai2d" && Directory.GetDirectories(folder) is [var questions] ? questions : folder;
    }
}
