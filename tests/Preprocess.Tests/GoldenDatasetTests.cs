using Llava.Contracts.Progress;
using Llava.Tests;

namespace Llava.Preprocess.Tests;

public sealed class GoldenDatasetTests
{
    public static readonly TheoryData<string, string> TextDatasets = new()
    {
        { "ai2d", "ai2d/input/questions" },
        { "arxivqa", "arxivqa/input/arxivqa.jsonl" },
        { "chartqa", "chartqa/input" },
        { "sp_docvqa", "sp_docvqa/input" },
        { "infographics_docvqa", "infographics_docvqa/input" },
        { "dvqa", "dvqa/input" },
    };

    [Theory]
    [MemberData(nameof(TextDatasets))]
    public async Task Every_file_of_the_reference_is_equal_byte_for_byte(string dataset, string input)
    {
        var golden = GoldenData.Require($"preprocess/{input}");
        var expected = GoldenData.Require($"preprocess/{dataset}/expected");
        using var folder = new TemporaryFolder();
        await RunAsync(dataset, golden, folder.Path, workers: 2);
        foreach (var file in Directory.EnumerateFiles(expected, "*.jsonl", SearchOption.AllDirectories))
            Assert.Equal(await File.ReadAllTextAsync(file), await File.ReadAllTextAsync(folder[Path.GetFileName(file)]));
    }

    /// <summary>The reference puts "jsonl" for every "json" of a name; ours changes the extension only.</summary>
    [Fact]
    public async Task Every_array_becomes_the_lines_of_the_reference()
    {
        var golden = GoldenData.Require("preprocess/convert_json2jsonl/input/data");
        var expected = GoldenData.Require("preprocess/convert_json2jsonl/expected/data_to_jsonl");
        using var folder = new TemporaryFolder();
        await RunAsync("convert_json2jsonl", golden, folder.Path, workers: 2);
        foreach (var file in Directory.EnumerateFiles(golden, "*.json").Select(Path.GetFileNameWithoutExtension))
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(expected, file!.Replace("json", "jsonl") + ".jsonl")), await File.ReadAllTextAsync(folder[file + ".jsonl"]));
    }

    internal static Task RunAsync(string dataset, string input, string output, int workers = 1, bool mend = false, double maximumQuarantine = 0.05) => PreprocessStage.RunAsync(
        new PreprocessOptions { Dataset = dataset, Input = input, Output = output, Workers = workers, Mend = mend, MaximumQuarantineShare = maximumQuarantine },
        SilentStageLog.Instance,
        TestContext.Current.CancellationToken);
}
