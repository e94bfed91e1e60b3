using System.Text.Json;

namespace Llava.Pipeline.Tests;

/// <summary>Datasets and benchmarks as users describe them: too few, badly, or with texts that mean something to MSBuild.</summary>
public sealed class ItemTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-items-").FullName;

    string Artifacts => Path.Combine(_folder, "artifacts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Items(string items)
    {
        var path = Path.Combine(_folder, "mine.props");
        File.WriteAllText(path, $"<Project><ItemGroup>{items}</ItemGroup></Project>");
        return path;
    }

    string Raw(string name)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "raw"));
        File.WriteAllText(Path.Combine(_folder, "raw", name), """[{"id": 1, "image": "a.png"}]""");
        return Path.Combine(_folder, "raw");
    }

    [Theory]
    [InlineData("Status")]
    [InlineData("Why")]
    [InlineData("Graph")]
    [InlineData("All", "-p:DryRun=true")]
    public void Whoever_only_looks_needs_no_datasets_and_no_benchmarks(string target, params string[] properties)
    {
        var run = PipelineRun.Start(target, Artifacts, ["-p:Recipe=7b", .. properties]).MustSucceed();
        Assert.Contains("phase2-train", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("preprocess/", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("evaluate/", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_run_without_datasets_says_how_to_get_some_and_nothing_else() =>
        Assert.Contains("error LLAVA7006: recipe 7b has no datasets: switch on some of datasets.props", Assert.Single(PipelineRun.Start("All", Artifacts, "-p:Recipe=7b").MustFail().Errors), StringComparison.Ordinal);

    [Fact]
    public void All_that_is_wrong_with_items_is_said_before_the_first_dataset_is_read()
    {
        var items = Items($"""
            <Dataset Include="a" Preprocessor="chartqq" Phase="3" Input="{Raw("a.json")}" />
            <Dataset Include="b" Phase="1;2" Input="{_folder}/raw" />
            <Dataset Include="B" Preprocessor="json2jsonl" Input="{_folder}/raw" />
            <Benchmark Include="x" Scorer="gqaa" Questions="{_folder}" Images="{_folder}" Annotations="{_folder}/none" OnlyPictures="{_folder}/nothing" MaxNewTokens="many" BlankControl="ture" />
            """);
        string[] described =
        [
            $"{items} : error LLAVA7006: 2 datasets are called b, and would write to one folder",
            $"{items} : error LLAVA7006: dataset a: Preprocessor is json2jsonl, ai2d, arxivqa, chartqa, sp_docvqa, infographics_docvqa, dvqa, synthdog_en, arxivcap or convert_json2jsonl, not \"chartqq\"",
            $"{items} : error LLAVA7006: dataset a: Phase is 1 or 2, or several with ';' between, not \"3\"",
            $"{items} : error LLAVA7006: dataset b has no Preprocessor",
            $"{items} : error LLAVA7006: dataset B has no Phase",
            $"{items} : error LLAVA7006: benchmark x: Scorer is vqav2, gqa, vizwiz, scienceqa, textvqa, pope, mme, mmbench, mmbench_cn, seed, llavabench, mmvet, chartqa, docvqa, infographicsvqa or ai2d, not \"gqaa\"",
            $"{items} : error LLAVA7006: benchmark x: MaxNewTokens is a whole number of at least 1, not \"many\"",
            $"{items} : error LLAVA7006: benchmark x: BlankControl is true or false, not \"ture\"",
        ];
        var run = PipelineRun.Start("All", Artifacts, "-p:Recipe=7b", $"-p:DatasetsFile={items}").MustFail();
        Assert.Equal(described, run.Errors);
        Assert.Equal(["recipe"], run.Stages);

        string[] missing = [.. ((string[])["none", "nothing"]).Select(name => $"{_folder}/{name} : error LLAVA7001: benchmark x is not here: there is no such file or folder")];
        var check = PipelineRun.Start("Check", Artifacts, "-p:Recipe=7b", $"-p:DatasetsFile={items}").MustFail().Errors;
        Assert.Equal([.. described[..6], .. missing, .. described[6..]], check.Where(error => error.StartsWith(_folder, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_blank_and_semicolon_of_a_text_counts()
    {
        const string Prefix = "Photos; x; x ";
        var dataset = $"""<Dataset Include="mine" Preprocessor="json2jsonl" Phase="2" Input="{Raw("a.json")}" Range="0;3" ImagePrefix="PREFIX" />""";
        PipelineRun Run(string prefix) => PipelineRun.Start("Preprocess", Artifacts, "-p:Recipe=7b", "-p:VerifyImages=none", $"-p:DatasetsFile={Items(dataset.Replace("PREFIX", prefix, StringComparison.Ordinal))}").MustSucceed();
        Assert.Contains("preprocess/mine", Run(Prefix).Stages);
        using var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(Artifacts, "preprocess", "mine", "stage.json")));
        Assert.Equal((Prefix, "0;3"), (record.RootElement.GetProperty("settings").GetProperty("ImagePrefix").GetString(), record.RootElement.GetProperty("settings").GetProperty("Range").GetString()));
        Assert.Empty(Run(Prefix).Stages);
        Assert.Equal(["preprocess/mine"], Run(Prefix + " ").Stages);
    }

    [Fact]
    public void A_suffix_of_a_benchmark_may_hold_what_it_likes()
    {
        var items = Items($"""<Benchmark Include="mine" Scorer="chartqa" Questions="{_folder}" Images="{_folder}" Suffix="Answer briefly; it's 100%25 short; x; x " />""");
        Assert.Matches("evaluate/mine +waits", PipelineRun.Start("Status", Artifacts, "-p:Recipe=7b", $"-p:DatasetsFile={items}").MustSucceed().Output);
    }

    [Fact]
    public void A_pattern_that_leaves_nothing_to_train_on_is_a_warning()
    {
        var items = Items($"""<Dataset Include="mine" Preprocessor="json2jsonl" Phase="2" Input="{Raw("train.json")}" Train="tarin*.jsonl" />""");
        string[] properties = ["-p:Recipe=7b", "-p:VerifyImages=none", $"-p:DatasetsFile={items}"];
        PipelineRun.Start("Preprocess", Artifacts, properties).MustSucceed();
        Assert.Contains(
            $"{items} : warning LLAVA7006: nothing of dataset mine is used in phase 2: Train=\"tarin*.jsonl\" matches no file of it, such as train.jsonl",
            PipelineRun.Start("Status", Artifacts, properties).MustSucceed().Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_of_the_demo_under_another_name_is_a_demo_too()
    {
        var checkout = CheckoutCopy.Make(Path.Combine(_folder, "checkout"));
        DemoRun.CopyFolder(Path.Combine(checkout, "configs", "demo"), Path.Combine(checkout, "configs", "mine"));
        var dry = PipelineRun.StartAt(checkout, "All", Artifacts, "-p:Recipe=mine", "-p:DryRun=true").MustSucceed().Output;
        foreach (var stage in (string[])["demo-source", "preprocess/demo-captions", "preprocess/demo-charts", "evaluate/demo-charts"])
            Assert.Contains($"{stage} would run", dry, StringComparison.Ordinal);
    }
}
