using System.Text.Json;
using System.Text.RegularExpressions;

namespace Llava.Pipeline.Tests;

/// <summary>Two documented sets, switched on by their folders, beside the worked example of <c>stages/Preprocess/README.md</c>, in a recipe that is not the demo.</summary>
public sealed class DatasetTests : IDisposable
{
    /// <summary>Each has one row that the reference writes wrongly and the graph mends or leaves out: an answer that is true, null, or option -1.</summary>
    static readonly string[] Mended = ["ai2d_llava.jsonl", "train_human_llava.jsonl", "val_human_llava.jsonl"];

    readonly string _folder = Directory.CreateTempSubdirectory("llava-datasets-").FullName;

    string Artifacts => Path.Combine(_folder, "artifacts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_documented_set_is_switched_on_by_its_folder_and_an_own_one_by_an_item()
    {
        var (chartQa, diagrams) = (Llava.Tests.GoldenData.Require("preprocess/chartqa"), Llava.Tests.GoldenData.Require("preprocess/ai2d"));
        var items = WriteExampleOfReadme();
        var instruct = WriteInstructions();
        var run = PipelineRun.Start("Preprocess", Artifacts, "-p:Recipe=7b", $"-p:DatasetsFile={items}", $"-p:ChartQA={chartQa}/input", $"-p:AI2D={diagrams}/input", $"-p:LLaVAInstruct={instruct}", "-p:MaxQuarantine=0.2", "-p:VerifyImages=none").MustSucceed();

        Assert.Equal(["recipe", "preprocess/llava-instruct", "preprocess/chartqa", "preprocess/ai2d", "preprocess/mine"], run.Stages);
        Assert.Equal("{\"id\": 1}\n", File.ReadAllText(Path.Combine(Artifacts, "preprocess", "llava-instruct", "llava_v1_5_mix665k.jsonl")));
        Assert.False(File.Exists(Path.Combine(Artifacts, "preprocess", "llava-instruct", "llava_instruct_150k.jsonl")));
        AssertWritten("chartqa", Path.Combine(chartQa, "expected"));
        AssertWritten("ai2d", Path.Combine(diagrams, "expected"));
        Assert.Equal(
            """{"id": "mine-1", "image": "mine/1.png", "conversations": [{"from": "human", "value": "<image>\nWhich bar is the tallest?"}, {"from": "gpt", "value": "the red one"}]}""" + "\n",
            File.ReadAllText(Path.Combine(Artifacts, "preprocess", "mine", "mine.jsonl")));
    }

    [Fact]
    public void A_shard_that_comes_in_is_converted_alone_and_one_that_goes_takes_its_pictures_along()
    {
        var golden = Llava.Tests.GoldenData.Require("preprocess/synthdog_en/input/data");
        var raw = Directory.CreateDirectory(Path.Combine(_folder, "synthdog")).FullName;
        var shards = Directory.GetFiles(golden, "*.parquet").Order(StringComparer.Ordinal).ToArray();
        foreach (var shard in shards[..2])
            File.Copy(shard, Path.Combine(raw, Path.GetFileName(shard)));
        Assert.Equal((2, 2), FilesAndConverted(raw));
        File.Copy(shards[2], Path.Combine(raw, Path.GetFileName(shards[2])));
        Assert.Equal((3, 1), FilesAndConverted(raw));
        Assert.DoesNotContain("preprocess/synthdog-en", Synthdog(raw).MustSucceed().Stages);
        File.Delete(Path.Combine(raw, Path.GetFileName(shards[0])));
        Assert.Equal((2, 0), FilesAndConverted(raw));
        Assert.Equal(["00001", "00002"], Directory.GetDirectories(Path.Combine(_folder, "data", "images", "synthdog-en", "images", "train")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("preprocess/synthdog-en", Synthdog(raw).MustSucceed().Stages);
    }

    [Fact]
    public void A_picture_that_comes_or_goes_makes_its_dataset_stale()
    {
        var items = WriteExampleOfReadme();
        var pictures = Directory.CreateDirectory(Path.Combine(_folder, "data", "images", "mine")).FullName;
        PipelineRun Run() => PipelineRun.Start("Preprocess", Artifacts, "-p:Recipe=7b", $"-p:DataRoot={_folder}/data/", $"-p:DatasetsFile={items}", "-p:MaxQuarantine=1").MustSucceed();
        Assert.Contains("preprocess/mine", Run().Stages);
        Assert.Empty(Run().Stages);
        Assert.Equal("", File.ReadAllText(Path.Combine(Artifacts, "preprocess", "mine", "mine.jsonl")));
        File.Copy(Directory.GetFiles(Llava.Tests.GoldenData.Require("preprocess/synthdog_en/expected"), "*.png", SearchOption.AllDirectories)[0], Path.Combine(pictures, "1.png"));
        var run = Run();
        Assert.Equal(["preprocess/mine"], run.Stages);
        Assert.Contains($"preprocess/mine is stale: {pictures}/1.png was missing and is there now", run.Output, StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(Path.Combine(Artifacts, "preprocess", "mine", "mine.jsonl")));

        Assert.Empty(Run().Stages);
        File.Delete(Path.Combine(pictures, "1.png"));
        run = Run();
        Assert.Equal(["preprocess/mine"], run.Stages);
        Assert.Contains($"preprocess/mine is stale: {pictures}/1.png is gone", run.Output, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(Path.Combine(Artifacts, "preprocess", "mine", "mine.jsonl")));
    }

    PipelineRun Synthdog(string raw) => PipelineRun.Start("Preprocess", Artifacts, "-p:Recipe=7b", $"-p:DataRoot={_folder}/data/", $"-p:SynthDogEN={raw}", "-p:MaxQuarantine=0.3");

    (int Files, int Converted) FilesAndConverted(string raw)
    {
        Synthdog(raw).MustSucceed();
        using var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(Artifacts, "preprocess", "synthdog-en", "stage.json")));
        var counts = record.RootElement.GetProperty("counts");
        return (counts.GetProperty("files").GetInt32(), counts.GetProperty("files_converted").GetInt32());
    }

    [Fact]
    public void A_recipe_without_datasets_says_how_to_get_some()
    {
        var run = PipelineRun.Start("Preprocess", Artifacts, "-p:Recipe=7b").MustFail();
        Assert.Equal(
            [$"{PipelineRun.Repository}/configs/7b/recipe.props : error LLAVA7006: recipe 7b has no datasets: switch on some of datasets.props, such as -p:ChartQA=FOLDER, or name your own in a file given with -p:DatasetsFile="],
            run.Errors);
    }

    void AssertWritten(string dataset, string expectedFolder)
    {
        var expected = Directory.GetFiles(expectedFolder, "*.jsonl", SearchOption.AllDirectories).ToDictionary(path => Path.GetFileName(path));
        var written = Directory.GetFiles(Path.Combine(Artifacts, "preprocess", dataset), "*_llava.jsonl").ToDictionary(path => Path.GetFileName(path));
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), written.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, path) in expected)
            AssertRows(name, File.ReadAllText(path), File.ReadAllText(written[name]));
    }

    static void AssertRows(string name, string expected, string written)
    {
        if (!Mended.Contains(name))
        {
            Assert.Equal(expected, written);
            return;
        }
        var (expectedRows, writtenRows) = (expected.Split('\n'), written.Split('\n'));
        Assert.Single(expectedRows.Except(writtenRows));
        Assert.Equal(expectedRows.Intersect(writtenRows), writtenRows.Intersect(expectedRows));
    }

    /// <summary>The published folder holds more files than the one that is documented.</summary>
    string WriteInstructions()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "instruct")).FullName;
        File.WriteAllText(Path.Combine(folder, "llava_v1_5_mix665k.json"), """[{"id": 1}]""");
        File.WriteAllText(Path.Combine(folder, "llava_instruct_150k.json"), """[{"id": 2}]""");
        return folder;
    }

    string WriteExampleOfReadme()
    {
        var readme = File.ReadAllText(Path.Combine(PipelineRun.Repository, "stages", "Preprocess", "README.md"));
        Directory.CreateDirectory(Path.Combine(_folder, "raw"));
        File.WriteAllText(Path.Combine(_folder, "raw", "mine.json"), BlockOf(readme, "json"));
        var items = Path.Combine(_folder, "mine.props");
        File.WriteAllText(items, BlockOf(readme, "xml"));
        return items;
    }

    static string BlockOf(string readme, string language) => Regex.Match(readme, $"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
}
