using System.Xml.Linq;

namespace Llava.Pipeline.Tests;

/// <summary>What the graph says of itself without running anything.</summary>
[Collection(nameof(DemoRun))]
public sealed class ReportTests(DemoRun demo)
{
    const string NewLength = "-p:Phase2TrainSet=runconfig.max_steps=7";

    [Fact]
    public void Why_names_the_setting_with_both_values_what_follows_and_how_long_it_took()
    {
        demo.ShortRun.MustSucceed();
        var why = demo.Start("Why", demo.Short, NewLength).MustSucceed();
        Assert.Empty(why.Stages);
        var lines = why.Output.Split('\n').Select(line => line.Trim()).ToArray();
        Assert.Contains("Phase2TrainSet runconfig.max_steps=6 -> runconfig.max_steps=7", lines);
        Assert.Contains(lines, line => line.StartsWith("phase2-train", StringComparison.Ordinal) && line.Contains(" stale ", StringComparison.Ordinal));
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^takes about \d+ s; because of it these run too, unless it writes the same as before: phase2-eval, export, evaluate/demo-charts \(about \d+ s\)$"));
        // The evaluation has the setting too, and the recipe is read again.
        Assert.Contains(lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^5 stages would run; by their last runs about \d+ s$"));
    }

    [Fact]
    public void Status_is_a_line_for_each_stage_with_state_age_seconds_size_rows_and_commit()
    {
        demo.ShortRun.MustSucceed();
        var table = demo.Start("Status", demo.Short, NewLength).MustSucceed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()).ToArray();
        (string Stage, string State, string Folder, string Rows)[] stages =
        [
            ("recipe", "stale", "recipe", "-"), ("demo-source", "fresh", "source", "-"),
            ("preprocess/demo-captions", "fresh", "preprocess/demo-captions", "1500"), ("preprocess/demo-charts", "fresh", "preprocess/demo-charts", "1860"), ("preprocess/own", "fresh", "preprocess/own", "400"),
            ("phase1-hdf5", "fresh", "hdf5/phase1", "1500"), ("phase2-hdf5", "fresh", "hdf5/phase2", "1900"), ("phase2-eval-hdf5", "fresh", "hdf5/phase2-eval", "60"),
            ("convert", "fresh", "checkpoints/initial", "-"),
            ("phase1-train", "fresh", "train/phase1", "-"), ("phase1-eval", "fresh", "train/phase1-eval", "-"), ("phase2-train", "stale", "train/phase2", "-"), ("phase2-eval", "stale", "train/phase2-eval", "-"),
            ("export", "waits", "export", "-"), ("evaluate/demo-charts", "waits", "evaluate/demo-charts", "300"),
        ];
        Assert.Equal(stages.Length, table.Length);
        Assert.All(stages.Zip(table), pair => Assert.Matches(StatusLine(pair.First), pair.Second));
    }

    string StatusLine((string Stage, string State, string Folder, string Rows) expected)
    {
        using var record = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(demo.Short, expected.Folder, "stage.json")));
        var megabytes = record.RootElement.GetProperty("outputs").EnumerateArray().Sum(output => output.GetProperty("bytes").GetInt64()) / 1e6;
        var commit = record.RootElement.GetProperty("git_commit").GetString()!;
        var shown = commit.Length < 8 ? commit : commit[..8] + (commit.EndsWith("-dirty", StringComparison.Ordinal) ? @"\+" : "");
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $@"^  {expected.Stage,-24}  {expected.State}     +\d+ (s|min) ago, {record.RootElement.GetProperty("seconds").GetDouble(),7:0.0} s, {megabytes,9:0.0} MB, {expected.Rows,8} rows, {shown}$");
    }

    [Fact]
    public void A_dry_run_of_any_target_says_what_would_run_and_runs_nothing()
    {
        demo.ShortRun.MustSucceed();
        var before = Contents(demo.Short);
        var dry = demo.Start("Phase2Train", demo.Short, NewLength, "-p:DryRun=true").MustSucceed();
        Assert.Empty(dry.Stages);
        Assert.Matches(@"recipe would run \(\d+ s last time\): Phase2TrainSet runconfig.max_steps=6 -> runconfig.max_steps=7", dry.Output);
        Assert.Matches(@"phase2-train would run \(\d+ s last time\): Phase2TrainSet runconfig.max_steps=6 -> runconfig.max_steps=7", dry.Output);
        Assert.DoesNotContain("export", dry.Output, StringComparison.Ordinal);
        Assert.Contains($"would remove what was made in {demo.Short}/", demo.Start("Clean", demo.Short, "-p:DryRun=true").MustSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(before, Contents(demo.Short));
        demo.Start("All", demo.Short).MustRunNothing();
    }

    [Fact]
    public void The_graph_is_drawn_with_the_state_of_each_stage()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("drawn");
        demo.Start("Graph", artifacts, NewLength).MustSucceed();
        var mermaid = File.ReadAllText(Path.Combine(artifacts, "graph.mmd"));
        Assert.Contains("[\"convert\"]:::fresh", mermaid, StringComparison.Ordinal);
        Assert.Contains("[\"phase2-train\"]:::stale", mermaid, StringComparison.Ordinal);
        Assert.Contains("[\"export\"]:::waits", mermaid, StringComparison.Ordinal);
        Assert.Equal("svg", XDocument.Load(Path.Combine(artifacts, "graph.svg")).Root!.Name.LocalName);
    }

    [Fact]
    public void Check_finds_what_is_wrong_with_configs_datasets_models_and_disk_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("llava-check-").FullName;
        var empty = Directory.CreateDirectory(Path.Combine(folder, "empty")).FullName;
        var check = PipelineRun.Start("Check", Path.Combine(folder, "artifacts"), "-p:Recipe=7b", "-p:Phase1TrainSet=runconfig.max_step=3", $"-p:ChartQA={folder}/none", $"-p:LLaVAJson={empty}", $"-p:DataRoot={folder}/data").MustFail();
        Assert.Equal(
            [
                "--set runconfig.max_step : error LLAVA1003: unknown key runconfig.max_step; did you mean max_steps?",
                $"{folder}/none : error LLAVA7001: dataset chartqa is not here: there is no such file or folder",
                $"{empty} : error LLAVA7001: dataset llava-json is not here: the folder holds no .json, .jsonl, .parquet file",
                $"{folder}/data/images/ : error LLAVA7001: benchmark chartqa is not here: there is no such file or folder",
                $"{folder}/data/pretrained/7b/image_model : error LLAVA7001: pretrained model {folder}/data/pretrained/7b/image_model is not here: there is no such file or folder",
                $"{folder}/data/pretrained/7b/text_model : error LLAVA7001: pretrained model {folder}/data/pretrained/7b/text_model is not here: there is no such file or folder",
                $"{folder}/data/images/ : error LLAVA7001: image folder {folder}/data/images/ is not here: there is no such file or folder",
            ],
            // How much memory there is differs from machine to machine.
            check.Errors.Where(error => !error.Contains("LLAVA5013", StringComparison.Ordinal)));
        Assert.Matches(@"memory: phase [12] takes [\d.]+ GB in all|error LLAVA5013: this training needs ", check.Output);
        Assert.Matches(@"disk: the \d+ stages to run write about [\d.]+ [GM]B, [\d.]+ [GM]B are free at ", check.Output);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Check_says_what_memory_each_phase_takes_and_refuses_one_that_cannot_fit()
    {
        demo.ShortRun.MustSucceed();
        var fits = demo.Start("Check", demo.Short).MustSucceed();
        Assert.Matches(@"memory: phase 1 takes 0\.\d+ GB in all, of [\d.]+ GB here; ", fits.Output);
        Assert.Matches(@"memory: phase 2 takes 0\.\d+ GB in all, of [\d.]+ GB here; ", fits.Output);
        Assert.Matches(@"disk: the \d+ stages to run write about [\d.]+ [GM]B, [\d.]+ [GM]B are free at ", fits.Output);
        var tooLarge = demo.Start("Check", demo.Short, "-p:Phase2TrainSet=train_input.batch_size=1000000%3Btrain_input.micro_batch_size=1000000", "-p:DryRun=true").MustFail();
        Assert.Matches(@"params_llava_demo_phase2\.yaml ?: error LLAVA5013: this training needs [\d.]+ GB \(weights ", Assert.Single(tooLarge.Errors));
    }

    static Dictionary<string, DateTime> Contents(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith("fingerprints.tsv", StringComparison.Ordinal)).ToDictionary(path => path, File.GetLastWriteTimeUtc);
}
