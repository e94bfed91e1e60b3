using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Llava.Contracts.Progress;
using Llava.Evaluate.Benchmarks;
using Llava.Evaluate.Scoring;

namespace Llava.Golden.Tests.Evaluate;

/// <summary>Scores of the reference's own scripts.</summary>
public sealed partial class GoldenScoresTests
{
    [Fact]
    public void Mme_points_equal_those_of_its_calculation_script()
    {
        var folder = GoldenSet.Require("eval/mme");
        var score = Score("mme", Path.Combine(folder, "results"), null);
        var expected = File.ReadAllText(Path.Combine(folder, "expected_stdout.txt"));
        var totals = TotalScore().Matches(expected).Select(match => Number(match.Groups[1].Value)).ToList();
        Assert.Equal(totals[0], score.Value, 1e-9);
        Assert.Equal(totals[1], Part(score, "cognition"), 1e-9);
        foreach (Match line in CategoryScore().Matches(expected))
            Assert.Equal(Number(line.Groups[2].Value), Part(score, line.Groups[1].Value), 1e-9);
        Count(1);
    }

    [Fact]
    public void Pope_counts_and_ratios_equal_those_of_its_script()
    {
        var folder = GoldenSet.Require("eval/pope");
        var score = Score("pope", Path.Combine(folder, "answers.jsonl"), folder);
        var blocks = File.ReadAllText(Path.Combine(folder, "expected_stdout.txt")).Split("Category: ", StringSplitOptions.RemoveEmptyEntries);
        var ratios = new List<double>();
        foreach (var block in blocks)
        {
            var lines = block.Split('\n');
            var category = lines[0].Split(',')[0];
            string[] names = ["TP", "FP", "TN", "FN"];
            foreach (var (name, count) in names.Zip(lines[2].Split('\t')))
                Assert.Equal(Number(count), Part(score, $"{category} {name}"));
            Assert.Equal(Named(lines, "Accuracy"), Part(score, $"{category} accuracy") / 100, 1e-12);
            Assert.Equal(Named(lines, "Precision"), Part(score, $"{category} precision") / 100, 1e-12);
            Assert.Equal(Named(lines, "Recall"), Part(score, $"{category} recall") / 100, 1e-12);
            Assert.Equal(Named(lines, "Yes ratio"), Part(score, $"{category} yes") / 100, 1e-12);
            Assert.Equal(Named(lines, "F1 score"), Part(score, $"{category} F1") / 100, 1e-12);
            ratios.Add(Named(lines, "F1 score"));
        }
        Assert.Equal(3, ratios.Count);
        Assert.Equal(100 * ratios.Average(), score.Value, 1e-9);
        Count(1);
    }

    [Fact]
    public void ScienceQa_accuracy_and_parsed_letters_equal_those_of_its_script()
    {
        var folder = GoldenSet.Require("eval/scienceqa");
        var score = Score("scienceqa", Path.Combine(folder, "answers.jsonl"), folder);
        var summary = $"Total: {Part(score, "questions")}, Correct: {Part(score, "correct")}, Accuracy: {Two(Part(score, "accuracy"))}%, IMG-Accuracy: {Two(score.Value)}%";
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "expected_stdout.txt")).Trim(), summary);
        using var output = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected_output.json")));
        foreach (var item in output.RootElement.EnumerateObject().SelectMany(group => group.Value.EnumerateArray()))
            Assert.Equal(item.GetProperty("parsed_ans").GetString(), ScienceQa.ParseLetter(item.GetProperty("pred").GetString()!));
        Count(1);
    }

    [Fact]
    public void SeedBench_accuracies_equal_those_of_its_script()
    {
        var folder = GoldenSet.Require("eval/seed");
        var score = Score("seed", Path.Combine(folder, "answers.jsonl"), Path.Combine(folder, "SEED-Bench.json"));
        var kinds = score.Parts.Take(score.Parts.Count - 2).Select(part => $"{part.Name}: {Two(part.Value)}%");
        var media = score.Parts.TakeLast(2).Select(part => $"{part.Name}: {Two(part.Value)}%");
        string[] lines = [.. kinds, $"Total accuracy: {Two(score.Value)}%", .. media];
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "expected_stdout.txt")).Trim().Split('\n'), lines);
        Count(1);
    }

    [Fact]
    public void TextVqa_soft_accuracies_equal_those_of_the_m4c_evaluator()
    {
        var folder = GoldenSet.Require("eval/textvqa");
        var score = Score("textvqa", Path.Combine(folder, "answers.jsonl"), Path.Combine(folder, "TextVQA_0.5.1_val.json"));
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        Assert.Equal(
            expected.RootElement.GetProperty("per_item").EnumerateArray().Select(item => Math.Round(item.GetDouble(), 12)),
            score.Items.Select(item => Math.Round(item.Value, 12)));
        Assert.Equal(100 * expected.RootElement.GetProperty("accuracy").GetDouble(), score.Value, 1e-9);
        Count(1);
    }

    [Fact]
    public void LlavaBench_relative_scores_equal_those_of_the_review_summary()
    {
        var folder = GoldenSet.Require("eval/llavabench");
        var lines = new List<string>();
        foreach (var reviews in Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal))
        {
            var score = Score("llavabench", reviews, null);
            lines.Add(Path.GetFileNameWithoutExtension(reviews));
            lines.AddRange(score.Parts.Chunk(3).Select(parts => $"{parts[0].Name} {string.Join(' ', parts.Select(part => part.Value.ToString("F1", CultureInfo.InvariantCulture)))}"));
            lines.Add("=================================");
        }
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "expected_stdout.txt")).Trim().Split('\n'), lines);
        Count(1);
    }

    [Fact]
    public void LlavaBench_marks_are_found_as_the_review_script_finds_them()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(GoldenSet.Require("eval/llavabench/parse_score.json")));
        foreach (var item in cases.RootElement.EnumerateArray())
        {
            var marks = LlavaBench.ParseMarks(item.GetProperty("review").GetString()!) ?? (-1, -1);
            Assert.Equal(item.GetProperty("scores").EnumerateArray().Select(mark => mark.GetDouble()), [marks.Item1, marks.Item2]);
        }
        Count(cases.RootElement.GetArrayLength());
    }

    [Fact]
    public void Answers_are_normalised_as_the_m4c_processor_does()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(GoldenSet.Require("eval/m4c_normalise.json")));
        var differing = cases.RootElement.EnumerateArray()
            .Select(item => (Raw: item.GetProperty("raw").GetString()!, Expected: item.GetProperty("processed").GetString()!))
            .Select(item => (item.Raw, item.Expected, Actual: EvalAiAnswer.Normalise(item.Raw)))
            .Where(item => item.Expected != item.Actual);
        Assert.Empty(differing);
        Count(cases.RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData("gqa", "gqa_answers.jsonl", null, "gqa_expected.json")]
    [InlineData("mmvet", "mmvet_answers.jsonl", null, "mmvet_expected.json")]
    [InlineData("vizwiz", "vizwiz_answers.jsonl", "vizwiz_test.jsonl", "vizwiz_expected.json")]
    [InlineData("vqav2", "vqav2/answers/S/C/merge.jsonl", "vqav2/llava_vqav2_mscoco_test2015.jsonl", "vqav2/answers_upload/S/C.json")]
    [InlineData("scienceqa", "../scienceqa/answers.jsonl", "../scienceqa", "../scienceqa/expected_result.json")]
    [InlineData("seed", "../seed/answers.jsonl", "../seed/SEED-Bench.json", "../seed/expected_upload.jsonl")]
    public void Upload_files_equal_those_of_the_converters_byte_for_byte(string benchmark, string answers, string? annotations, string expected)
    {
        var expectedPath = GoldenSet.Require($"eval/converters/{expected}");
        var folder = expectedPath[..^expected.Length];
        var input = new ScoringInput(Path.Combine(folder, answers), annotations is null ? null : Path.Combine(folder, annotations));
        Assert.Equal(File.ReadAllBytes(expectedPath), BenchmarkTable.Find(benchmark).Upload(input)!.Content.ToArray());
        Count(1);
    }

    static void Count(long compared) => Comparison.Each("eval", "scores and files", [compared], count => count);

    static BenchmarkScore Score(string benchmark, string answers, string? annotations) =>
        BenchmarkTable.Find(benchmark).Score(new ScoringInput(answers, annotations) { Log = SilentStageLog.Instance });

    static double Part(BenchmarkScore score, string name) => score.Parts.Single(part => part.Name == name).Value;

    static double Named(string[] lines, string name) => Number(lines.Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..]);

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    static string Two(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"total score: ([\d.]+)")]
    private static partial Regex TotalScore();

    [GeneratedRegex(@"^\t (\S+)  score: ([\d.]+)$", RegexOptions.Multiline)]
    private static partial Regex CategoryScore();
}
