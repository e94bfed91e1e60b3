using System.Diagnostics;
using System.Text.Json;

namespace Llava.Pipeline.Tests;

/// <summary>Which benchmarks there are, as MSBuild sees datasets.props; nothing runs.</summary>
public sealed class BenchmarkItemsTests
{
    static readonly string[] QuestionFiles =
    [
        "vqav2/llava_vqav2_mscoco_test-dev2015.jsonl", "gqa/llava_gqa_testdev_balanced.jsonl", "vizwiz/llava_test.jsonl", "scienceqa/llava_test_CQM-A.json",
        "textvqa/llava_textvqa_val_v051_ocr.jsonl", "pope/llava_pope_test.jsonl", "MME/llava_mme.jsonl", "mmbench/mmbench_dev_20230712.tsv",
        "mmbench_cn/mmbench_dev_cn_20231003.tsv", "seed_bench/llava-seed-bench.jsonl", "llava-bench-in-the-wild/questions.jsonl", "mm-vet/llava-mm-vet.jsonl",
    ];

    // Beside the questions; mmbench's pictures are in its questions.
    static readonly string[] OtherFiles =
    [
        "vqav2/test2015/a.jpg", "vqav2/llava_vqav2_mscoco_test2015.jsonl", "gqa/data/images/a.jpg", "gqa/data/testdev_balanced_questions.json", "vizwiz/test/a.jpg", "scienceqa/images/test/a.png", "scienceqa/pid_splits.json", "scienceqa/problems.json",
        "textvqa/train_images/a.jpg", "textvqa/TextVQA_0.5.1_val.json", "pope/val2014/a.jpg", "pope/coco/coco_pope_random.json", "MME/MME_Benchmark_release_version/a.txt",
        "seed_bench/SEED-Bench.json", "llava-bench-in-the-wild/images/a.jpg", "mm-vet/images/a.jpg",
    ];

    [Fact]
    public void Every_benchmark_whose_files_are_there_is_an_item_and_the_others_are_absent()
    {
        var folder = Directory.CreateTempSubdirectory("llava-eval-").FullName;
        try
        {
            // Of SEED the questions are not there, of POPE the pictures, of TextVQA the annotations.
            foreach (var file in QuestionFiles.Concat(OtherFiles).Except(["seed_bench/llava-seed-bench.jsonl", "pope/val2014/a.jpg", "textvqa/TextVQA_0.5.1_val.json"]))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
                File.WriteAllText(Path.Combine(folder, file), "");
            }
            var items = Items("-p:Recipe=7b", $"-p:EvalDir={folder}", "-p:ChartQA=/c", "-p:SPDocVQA=/d", "-p:InfographicsVQA=/i", "-p:AI2DTestPictures=/list.csv");

            var present = items.GetProperty("Benchmark").EnumerateArray().ToList();
            Assert.Equal(
                ["vqav2", "gqa", "vizwiz", "scienceqa", "mme", "mmbench", "mmbench_cn", "llavabench", "mmvet", "chartqa", "docvqa", "infographicsvqa"],
                present.Select(item => item.GetProperty("Identity").GetString()));
            Assert.Equal(
                QuestionFiles.Except(["seed_bench/llava-seed-bench.jsonl", "pope/llava_pope_test.jsonl", "textvqa/llava_textvqa_val_v051_ocr.jsonl"]).Select(file => Path.Combine(folder, file)),
                present.Take(9).Select(item => item.GetProperty("Questions").GetString()));
            Assert.Equal(Path.Combine(folder, "gqa/data/testdev_balanced_questions.json"), present[1].GetProperty("Annotations").GetString());
            Assert.All(present, item => Assert.Equal(item.GetProperty("Identity").GetString(), item.GetProperty("Scorer").GetString()));
            Assert.Equal(["textvqa", "pope", "seed", "ai2d"], items.GetProperty("_AbsentBenchmark").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()));
            File.Delete(Path.Combine(folder, "scienceqa", "problems.json"));
            Assert.Contains("scienceqa", Items("-p:Recipe=7b", $"-p:EvalDir={folder}").GetProperty("_AbsentBenchmark").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()));
            Assert.Equal("/list.csv", Items("-p:Recipe=7b", "-p:AI2D=/a", "-p:AI2DTestPictures=/list.csv").GetProperty("Benchmark")[0].GetProperty("OnlyPictures").GetString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_demo_misses_nothing_where_no_folder_of_benchmarks_is_given()
    {
        var items = Items();
        Assert.Equal("demo-charts", Assert.Single(items.GetProperty("Benchmark").EnumerateArray()).GetProperty("Identity").GetString());
        Assert.Equal(0, items.GetProperty("_AbsentBenchmark").GetArrayLength());
    }

    static JsonElement Items(params string[] properties)
    {
        var start = PipelineRun.Command("Help", "/nowhere", ["-getItem:Benchmark,_AbsentBenchmark", .. properties]);
        start.ArgumentList.Remove("-t:Help");
        using var process = Process.Start(start)!;
        using var items = JsonDocument.Parse(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return items.RootElement.GetProperty("Items").Clone();
    }
}
