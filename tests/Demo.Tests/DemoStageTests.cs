using System.Security.Cryptography;
using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Tokenization;
using Llava.Demo.Charts;
using Llava.Demo.Raw;

namespace Llava.Demo.Tests;

public sealed class DemoStageTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_runs_give_the_same_bytes_and_another_seed_gives_others()
    {
        var first = await RunAsync("first", seed: 3);
        Assert.Equal(first, await RunAsync("second", seed: 3));
        Assert.NotEqual(first, await RunAsync("third", seed: 4));
        Assert.Equal(first, await RunAsync("third", seed: 3));
    }

    [Fact]
    public async Task Every_question_names_a_picture_that_exists()
    {
        await RunAsync("demo", seed: 0);
        foreach (var split in new[] { "train", "val", "test" })
        {
            foreach (var subset in new[] { "human", "augmented" })
            {
                using var questions = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, $"demo/raw/ChartQA_Dataset/{split}/{split}_{subset}.json")));
                Assert.Equal(5, questions.RootElement.GetArrayLength());
                Assert.All(questions.RootElement.EnumerateArray(), question => Assert.True(File.Exists(Path.Combine(_folder, $"demo/raw/ChartQA_Dataset/{split}/png/{question.GetProperty("imgname").GetString()}"))));
            }
        }
        using var captions = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "demo/raw/captions/chart_captions.json")));
        Assert.All(captions.RootElement.EnumerateArray(), caption => Assert.True(File.Exists(Path.Combine(_folder, "demo/raw", caption.GetProperty("image").GetString()!))));
    }

    [Fact]
    public async Task Answers_are_single_pieces_and_a_sample_is_short()
    {
        await RunAsync("demo", seed: 0);
        var tokenizer = LlamaTokenizer.Load(Path.Combine(_folder, "demo/pretrained/text_model"));
        Assert.Equal((512, 1, 2, 0), (tokenizer.VocabularySize, tokenizer.BosId, tokenizer.EosId, tokenizer.PadId));
        var template = tokenizer.Encode("A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions. USER:");
        Assert.Equal(31, template.Length);
        foreach (var answer in BarColor.All.Select(color => color.Name).Concat(["2", "3", "4"]))
            Assert.Equal("\u2581" + answer, tokenizer.Piece(Assert.Single(tokenizer.Encode(answer))));
        foreach (var kind in ChartQuestion.Kinds)
            Assert.InRange(tokenizer.Encode("\n" + kind.Text).Length, 8, 9);
        var caption = CaptionFile.Caption(new ChartSampler(0).Draw(ChartSplit.Train, 1, default)[0]);
        Assert.DoesNotContain(tokenizer.Encode(caption), id => id < 259);
    }

    [Fact]
    public async Task A_folder_that_the_demo_has_not_made_is_left_alone()
    {
        var foreign = Directory.CreateDirectory(Path.Combine(_folder, "mine/raw")).FullName;
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync("mine", seed: 0));
        Assert.Equal($"{foreign}: error LLAVA1010: this folder holds something that the demo has not made; choose another --output", error.Message);
    }

    [Fact]
    public async Task Every_bad_count_is_reported()
    {
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => DemoStage.RunAsync(new DemoOptions { Output = _folder, TrainingCharts = 0, TestCharts = 9000 }, SilentStageLog.Instance, default));
        Assert.Equal(
            """
            llava: error LLAVA1006: --charts must be 1 to 2500, not 0
            llava: error LLAVA1006: --test-charts must be 1 to 2500, not 9000
            """,
            error.Message);
    }

    /// <summary>All files of the run with their hashes.</summary>
    async Task<string> RunAsync(string name, long seed)
    {
        var output = Path.Combine(_folder, name);
        await DemoStage.RunAsync(new DemoOptions { Output = output, TrainingCharts = 10, ValidationCharts = 10, TestCharts = 10, Seed = seed }, SilentStageLog.Instance, TestContext.Current.CancellationToken);
        return string.Join('\n', Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories)
            .Select(path => $"{Path.GetRelativePath(output, path)} {HashOf(Path.GetRelativePath(_folder, path))}")
            .Order(StringComparer.Ordinal));
    }

    string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(_folder, path))));
}
