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

    [Fact]
    public void Every_benchmark_whose_files_are_there_is_an_item()
    {
        var folder = Directory.CreateTempSubdirectory("llava-eval-").FullName;
        try
        {
            foreach (var file in QuestionFiles.Take(11))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
                File.WriteAllText(Path.Combine(folder, file), "");
            }
            var items = Items("-p:Recipe=7b", $"-p:EvalDir={folder}", "-p:ChartQA=/c", "-p:SPDocVQA=/d", "-p:InfographicsVQA=/i", "-p:AI2D=/a", "-p:AI2DTestPictures=/list.csv");

            Assert.Equal(
                ["vqav2", "gqa", "vizwiz", "scienceqa", "textvqa", "pope", "mme", "mmbench", "mmbench_cn", "seed", "llavabench", "chartqa", "docvqa", "infographicsvqa", "ai2d"],
                items.Select(item => item.GetProperty("Scorer").GetString()));
            Assert.Equal(QuestionFiles.Take(11).Select(file => Path.Combine(folder, file)), items.Take(11).Select(item => item.GetProperty("Questions").GetString()));
            Assert.Equal(Path.Combine(folder, "pope/coco"), items[5].GetProperty("Annotations").GetString());
            Assert.Equal("/list.csv", items[^1].GetProperty("OnlyPictures").GetString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static JsonElement[] Items(params string[] properties)
    {
        var start = PipelineRun.Command("Help", "/nowhere", ["-getItem:Benchmark", .. properties]);
        start.ArgumentList.Remove("-t:Help");
        using var process = Process.Start(start)!;
        using var items = JsonDocument.Parse(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return [.. items.RootElement.GetProperty("Items").GetProperty("Benchmark").EnumerateArray().Select(item => item.Clone())];
    }
}
