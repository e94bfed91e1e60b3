using System.Text.Json;
using Llava.Tasks.Staleness;

namespace Llava.Pipeline.Tests;

[Collection(nameof(DemoRun))]
public sealed class DemoTests(DemoRun demo)
{
    static readonly string[] EveryStage =
    [
        "recipe", "demo-source", "preprocess/demo-captions", "preprocess/demo-charts", "phase1-hdf5", "convert", "phase1-train", "phase1-eval",
        "phase2-hdf5", "phase2-eval-hdf5", "phase2-train", "phase2-eval", "export", "evaluate/demo-charts",
    ];

    [Fact]
    public void One_command_goes_from_nothing_to_a_model_that_has_learned_to_look()
    {
        var run = demo.FullRun.MustSucceed();
        Assert.Equal(EveryStage.Order(StringComparer.Ordinal), run.Stages.Order(StringComparer.Ordinal));
        using var score = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(demo.Full, "evaluate/demo-charts/score.json")));
        var root = score.RootElement;
        Assert.True(root.GetProperty("exact_match").GetDouble() >= 0.95, run.Output);
        Assert.True(root.GetProperty("blank_exact_match").GetDouble() <= 0.30, run.Output);
        Assert.True(root.GetProperty("n").GetInt32() >= 200, run.Output);
        Assert.Matches(@"demo-charts: relaxed accuracy [\d.]+ \(95 % [\d.]+ to [\d.]+, n 300\); exact match [\d.]+, with blank pictures [\d.]+, most common answer [\d.]+; none of 300 pictures trained on", run.Output);
    }

    [Fact]
    public void The_towers_own_way_to_prepare_pictures_comes_through_training_into_the_export()
    {
        demo.FullRun.MustSucceed();
        var initial = File.ReadAllText(Path.Combine(demo.Full, "checkpoints/initial/preprocessor_config.json"));
        Assert.All(["train/phase1", "train/phase2", "export/image_model"], folder => Assert.Equal(initial, File.ReadAllText(Path.Combine(demo.Full, folder, "preprocessor_config.json"))));
    }

    [Fact]
    public void It_writes_what_the_committed_manifest_says()
    {
        Assert.Matches(@"reproduced: 14 stages, \d+ hashes of outputs as in configs/demo/run.lock.json", demo.FullRun.MustSucceed().Output);
    }

    [Fact]
    public void Progress_is_visible_along_the_way()
    {
        Assert.Matches(@"training \d+/1800 steps, loss [\d.]+.*steps/s, [\d:]+ left", demo.FullRun.MustSucceed().Output);
    }

    [Fact]
    public void Every_stage_leaves_a_record_of_what_it_was_made_from()
    {
        demo.FullRun.MustSucceed();
        var records = Directory.GetFiles(demo.Full, "stage.json", SearchOption.AllDirectories).Select(path => StageManifest.TryRead(path)!).ToArray();
        Assert.Equal(EveryStage.Order(StringComparer.Ordinal), records.Select(record => record.Plan.Stage).Order(StringComparer.Ordinal));
        Assert.All(records, record => Assert.NotEmpty(record.Packages));
        Assert.All(records, record => Assert.NotEqual("", record.GitCommit));
        Assert.All(records.Where(record => record.Plan.Stage != "recipe"), record => Assert.All(record.Outputs, output => Assert.Equal(64, output.Digest.Sha256.Length)));
        var hdf5 = records.Single(record => record.Plan.Stage == "phase2-hdf5");
        Assert.Equal(1500, hdf5.Counts["rows_written"]);
        Assert.Equal(["pictures", "samples", "tokenizer"], hdf5.Plan.Inputs.Select(input => input.Role).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal("16", hdf5.Plan.Settings["configs/demo/llava_phase_2_preproc.yaml: dataset.num_patches"]);
    }

    [Fact]
    public void A_second_run_starts_nothing()
    {
        demo.FullRun.MustSucceed();
        PipelineRun.Start("All", demo.Full).MustRunNothing();
    }

    [Fact]
    public void A_changed_training_setting_reruns_only_from_that_training_on()
    {
        demo.FullRun.MustSucceed();
        var artifacts = demo.FolderFor("shortened");
        DemoRun.CopyFolder(demo.Full, artifacts);
        var run = demo.Start("All", artifacts).MustSucceed();
        Assert.Equal(["recipe", "preprocess/own", "phase1-train", "phase1-eval", "phase2-hdf5", "phase2-train", "phase2-eval", "export", "evaluate/demo-charts"], run.Stages);
        Assert.Contains("phase1-train is stale: Phase1TrainSet  -> runconfig.max_steps=3", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_and_Why_say_that_all_is_fresh()
    {
        demo.FullRun.MustSucceed();
        var status = PipelineRun.Start("Status", demo.Full).MustSucceed();
        Assert.Empty(status.Stages);
        Assert.Equal(EveryStage.Length, status.Output.Split('\n').Count(line => line.Contains(" fresh ", StringComparison.Ordinal)));
        Assert.Contains("nothing would run", PipelineRun.Start("Why", demo.Full).MustSucceed().Output, StringComparison.Ordinal);
    }
}
