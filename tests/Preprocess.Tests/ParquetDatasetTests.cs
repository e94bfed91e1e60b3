using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Images;
using Llava.Preprocess.Datasets;
using Llava.Tests;

namespace Llava.Preprocess.Tests;

public sealed class ParquetDatasetTests
{
    [Fact]
    public async Task SynthDog_questions_follow_the_seed_and_mended_ids_are_unique()
    {
        var input = GoldenData.Require("preprocess/synthdog_en/input");
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        await RunAsync("synthdog_en", input, folder, "p", (0, 3), seed: 1, mend: true);
        await RunAsync("synthdog_en", input, other, "p", (0, 3), seed: 1, workers: 4, mend: true);
        var lines = Lines(folder);
        Assert.Equal(lines, Lines(other));
        Assert.Distinct(lines.Select(line => line.Split("\", ")[0]));
        await RunAsync("synthdog_en", input, other, "p", (0, 3), seed: 2, mend: true);
        Assert.NotEqual(lines, Lines(other));
    }

    [Theory]
    [InlineData("""{'a': 'it\'s "x"', "b": [True, None, 1.5]}""", """{"a": "it's \"x\"", "b": [true, null, 1.5]}""")]
    [InlineData("""{"a": "\/ \\ \u00e9 \x41 \d True"}""", """{"a": "\\/ \\ \u00e9 \u0041 \\d True"}""")]
    public void A_python_literal_becomes_json(string literal, string json) => Assert.Equal(json, PythonLiteral.ToJson(literal));

    [Fact]
    public async Task A_picture_with_alpha_becomes_a_jpeg()
    {
        using var folder = new TemporaryFolder();
        await RunAsync("arxivcap", GoldenData.Require("preprocess/_failing/arxivcap_rgba_png"), folder, "p", null);
        Assert.Equal("", File.ReadAllText(folder["out/quarantine.jsonl"]));
        var picture = Assert.Single(Directory.GetFiles(folder["images"], "*", SearchOption.AllDirectories));
        Assert.Equal(ImageFormat.Jpeg, ImageFormatSniffer.Sniff(File.ReadAllBytes(picture)));
    }

    [Fact]
    public async Task Options_that_parquet_sets_need_are_asked_for_at_once()
    {
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => PreprocessStage.RunAsync(new PreprocessOptions { Dataset = "arxivcap", Input = "in", Output = "out" }, SilentStageLog.Instance, TestContext.Current.CancellationToken));
        Assert.Equal(
            """
            llava: error LLAVA1009: arxivcap holds its pictures inside: --images is needed
            llava: error LLAVA1009: arxivcap holds its pictures inside: --image-prefix is needed
            """,
            error.Message);
    }

    [Fact]
    public async Task Pictures_of_a_set_that_is_gone_are_left_alone_where_this_run_has_no_folder_of_pictures_or_another()
    {
        using var folder = new TemporaryFolder();
        await RunAsync("synthdog_en", GoldenData.Require("preprocess/synthdog_en/input"), folder, "p", (0, 1));
        var picture = Directory.GetFiles(folder["images"], "*", SearchOption.AllDirectories)[0];
        var namesake = folder.Write(Path.Combine("others", Path.GetRelativePath(folder["images"], picture)), "somebody else's");
        var array = folder.Write("in/a.json", """[{"id": "0", "conversations": []}]""");
        foreach (var images in (string?[])[null, folder["others"]])
        {
            await RunAsync("synthdog_en", GoldenData.Require("preprocess/synthdog_en/input"), folder, "p", (0, 1));
            await PreprocessStage.RunAsync(new PreprocessOptions { Dataset = "convert_json2jsonl", Input = array, Output = folder["out"], Images = images, MaximumQuarantineShare = 1 }, SilentStageLog.Instance, TestContext.Current.CancellationToken);
            Assert.Equal(["a.jsonl"], Directory.GetFiles(folder["out"], "*.jsonl").Select(Path.GetFileName).Where(name => name != "quarantine.jsonl"));
            Assert.True(File.Exists(picture));
            Assert.Equal("somebody else's", File.ReadAllText(namesake));
        }
    }

    [Theory]
    [InlineData("not parquet at all")]
    [InlineData("")]
    public async Task A_damaged_parquet_file_is_named(string content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("in/train-00000-of-00001-x.parquet", content);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync("synthdog_en", folder["in"], folder, "p", null));
        Assert.StartsWith($"{path}: error LLAVA2011: the parquet file cannot be read: ", error.Message);
    }

    static Task RunAsync(string dataset, string input, TemporaryFolder folder, string prefix, (int, int)? range, long seed = 0, int workers = 2, bool mend = false, double maximumQuarantine = 0.1) => PreprocessStage.RunAsync(
        new PreprocessOptions { Dataset = dataset, Input = input, Output = folder["out"], Images = folder["images"], ImagePrefix = prefix, Range = range, Seed = seed, Workers = workers, Mend = mend, MaximumQuarantineShare = maximumQuarantine },
        SilentStageLog.Instance,
        TestContext.Current.CancellationToken);

    static string[] Lines(TemporaryFolder folder) => [.. Directory.GetFiles(folder["out"], "train-*.jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadAllLines)];
}
