using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary>Other benchmarks than the demo's own, through the real graph.</summary>
[Collection(nameof(DemoRun))]
public sealed class EvaluateTests(DemoRun demo)
{
    [Fact]
    public void What_is_there_is_asked_and_stands_beside_the_published_figures_what_is_not_there_is_named_at_the_end()
    {
        demo.ShortRun.MustSucceed();
        var (artifacts, eval) = (demo.CopyOfShort("benchmarks"), demo.FolderFor("eval"));
        WriteGqa(eval);
        Directory.CreateDirectory(Path.Combine(eval, "pope"));
        File.WriteAllText(Path.Combine(eval, "pope", "llava_pope_test.jsonl"), "");
        var items = demo.FolderFor("short-answers.props");
        File.WriteAllText(items, $"""<Project><Import Project="{demo.DatasetsFile}" /><ItemGroup><Benchmark Update="gqa" MaxNewTokens="4" /></ItemGroup></Project>""");
        string[] properties = [$"-p:EvalDir={eval}", $"-p:DatasetsFile={items}"];

        var run = demo.Start("All", artifacts, properties).MustSucceed();

        Assert.Equal(["evaluate/gqa"], run.Stages.Where(stage => stage.StartsWith("evaluate/", StringComparison.Ordinal)));
        Assert.Matches(@"gqa: accuracy [\d.]+ \(95 % [\d.]+ to [\d.]+, n 2\); LLaVA-1.5 published 7B 62.0, 13B 63.3; none of 1 pictures trained on", run.Output);
        AssertAbsent(run.Output, eval);
        AssertAbsent(demo.Start("Evaluate", artifacts, properties).MustRunNothing().Output, eval);
    }

    [Fact]
    public void One_benchmark_that_fails_stops_no_other()
    {
        demo.ShortRun.MustSucceed();
        var (artifacts, eval) = (demo.CopyOfShort("failing-benchmark"), demo.FolderFor("eval-failing"));
        WriteGqa(eval);
        Directory.CreateDirectory(Path.Combine(eval, "vqav2", "test2015"));
        File.WriteAllText(Path.Combine(eval, "vqav2", "llava_vqav2_mscoco_test-dev2015.jsonl"), "no question\n");
        File.WriteAllText(Path.Combine(eval, "vqav2", "llava_vqav2_mscoco_test2015.jsonl"), "");
        var items = demo.FolderFor("short-answers-too.props");
        File.WriteAllText(items, $"""<Project><Import Project="{demo.DatasetsFile}" /><ItemGroup><Benchmark Update="gqa" MaxNewTokens="4" /></ItemGroup></Project>""");

        var run = demo.Start("Evaluate", artifacts, $"-p:EvalDir={eval}", $"-p:DatasetsFile={items}").MustFail();

        Assert.StartsWith($"{eval}/vqav2/llava_vqav2_mscoco_test-dev2015.jsonl(1): error LLAVA", Assert.Single(run.Errors).Replace(" : error", ": error", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(artifacts, "evaluate", "gqa", "stage.json")), run.Output);
        Assert.False(File.Exists(Path.Combine(artifacts, "evaluate", "vqav2", "stage.json")), run.Output);
    }

    [Fact]
    public void Where_no_folder_of_benchmarks_is_given_the_demo_names_none()
    {
        Assert.DoesNotContain("were not run", demo.ShortRun.MustSucceed().Output, StringComparison.Ordinal);
    }

    static void AssertAbsent(string output, string eval)
    {
        var lines = output.Split('\n').Select(line => line.Trim()).ToList();
        var start = lines.IndexOf("11 benchmarks were not run, because their files are not here:");
        Assert.True(start >= 0, output);
        Assert.StartsWith($"vqav2: no {eval}/vqav2/llava_vqav2_mscoco_test-dev2015.jsonl, no {eval}/vqav2/test2015, no {eval}/vqav2/llava_vqav2_mscoco_test2015.jsonl; http://images.cocodataset.org/", lines[start + 1], StringComparison.Ordinal);
        Assert.Contains($"pope: no {eval}/pope/val2014, no {eval}/pope/coco; https://github.com/AoiDragon/POPE/tree/e3e39262c85a6a83f26cf5094022a782cb0df58d/output/coco, http://images.cocodataset.org/zips/val2014.zip", lines);
        Assert.Equal("-p:EvalDir=FOLDER: eval.zip of the LLaVA repository unpacked, and beside it what its docs/Evaluation.md says", lines[start + 12]);
    }

    static void WriteGqa(string eval)
    {
        var images = Directory.CreateDirectory(Path.Combine(eval, "gqa", "data", "images")).FullName;
        File.Copy(GoldenData.Require("small/model/images/img0_120x80.png"), Path.Combine(images, "a.png"));
        File.WriteAllLines(Path.Combine(eval, "gqa", "llava_gqa_testdev_balanced.jsonl"), ["""{"question_id": "1", "image": "a.png", "text": "Is it red?", "category": "default"}""", """{"question_id": "2", "image": "a.png", "text": "What is it?", "category": "default"}"""]);
        File.WriteAllText(Path.Combine(eval, "gqa", "data", "testdev_balanced_questions.json"), """{"1": {"answer": "yes"}, "2": {"answer": "chart"}}""");
    }
}
