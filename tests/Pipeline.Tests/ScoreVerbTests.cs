using System.Globalization;
using System.Text.RegularExpressions;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary><c>llava score</c> on small files of every benchmark that it lists.</summary>
public sealed partial class ScoreVerbTests : IDisposable
{
    const string Documents = """{"data": [{"questionId": 7, "answers": ["1 May 1990", "May 1, 1990"]}, {"questionId": 8, "answers": ["total"]}, {"questionId": 9, "answers": ["abcd"]}]}""";

    readonly string _folder = Directory.CreateTempSubdirectory("llava-score-").FullName;

    [Fact]
    public void Every_benchmark_is_scored_or_gets_the_file_for_its_server()
    {
        var published = File.ReadLines(GoldenData.Require("eval/published.tsv")).Where(line => line[0] != '#').Select(line => line.Split('\t')).ToDictionary(row => row[0], row => $"; LLaVA-1.5 published 7B {row[1]}, 13B {row[2]}");
        string[] names = [.. Listed().Match(LlavaProgram.Run("score", "--help").ReplaceLineEndings(" ")).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)];

        Assert.Equal(16, names.Length);
        foreach (var name in names)
            Check(name, published.GetValueOrDefault(name, ""));
    }

    [Fact]
    public void A_baseline_is_compared_by_what_questions_have_a_figure_for_and_the_line_names_it()
    {
        var gqa = Write("gqa.json", """{"1": {"answer": "yes"}, "2": {"answer": "no"}}""");
        AssertCompared("accuracy against the baseline: +50.00", "gqa", Copy("better.jsonl", Answers(("1", "yes"), ("2", "no"))), Answers(("1", "yes"), ("2", "yes")), gqa);

        var answers = WritePope();
        // Of seven one is wrong here and two there.
        AssertCompared("accuracy against the baseline: +14.29", "pope", answers, Write("worse.jsonl", File.ReadAllText(answers).Replace("\"6\", \"prompt\": \"\", \"text\": \"no\"", "\"6\", \"prompt\": \"\", \"text\": \"yes\"", StringComparison.Ordinal)), $"{_folder}/coco");

        var results = GoldenData.Require("eval/mme/results");
        AssertCompared("accuracy against the baseline: 0.00", "mme", results, results, null);
    }

    [Fact]
    public void A_file_for_a_server_is_not_promised_where_there_is_none()
    {
        var upload = Path.Combine(_folder, "upload.json");
        var (exitCode, output) = LlavaProgram.TryRun("score", "pope", "--answers", WritePope(), "--annotations", $"{_folder}/coco", "--upload", upload);
        Assert.Equal((1, "llava: error LLAVA1009: --upload: POPE has no file for a server; it is scored here"), (exitCode, output.Trim()));
        Assert.False(File.Exists(upload));
    }

    [Theory]
    [InlineData("llavabench", "LLaVA-Bench (in the wild)")]
    [InlineData("vqav2", "VQAv2 test-dev")]
    public void A_baseline_of_what_has_no_figure_for_a_question_is_refused(string name, string title)
    {
        var (exitCode, output) = LlavaProgram.TryRun("score", name, "--answers", "a.jsonl", "--baseline", "b.jsonl");
        Assert.Equal((1, $"llava: error LLAVA1009: --baseline compares question by question, which {title} has no figures for"), (exitCode, output.Trim()));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Expected: the golden outputs of the reference's scripts, else the figure that a few lines give by hand.
    void Check(string name, string published)
    {
        var golden = GoldenData.Require("eval");
        switch (name)
        {
            case "vqav2":
                Uploads(name, File.ReadAllText($"{golden}/converters/vqav2/answers_upload/S/C.json"), $"{golden}/converters/vqav2/answers/S/C/merge.jsonl", $"{golden}/converters/vqav2/llava_vqav2_mscoco_test2015.jsonl");
                break;
            case "gqa":
                Scores(name, "66.67", 3, published, Answers(("1", "yes"), ("2", "No."), ("3", "blue")), Write("gqa.json", """{"1": {"answer": "yes"}, "2": {"answer": "no"}, "3": {"answer": "red"}}"""));
                break;
            case "vizwiz":
                Uploads(name, """[{"image": "a.jpg", "answer": "2 cats"}]""", Answers(("1", "Two cats.")), Write("llava_test.jsonl", """{"question_id": "1", "image": "a.jpg", "text": "What?"}"""));
                break;
            case "scienceqa":
                Scores(name, "23.08", 13, published, $"{golden}/scienceqa/answers.jsonl", $"{golden}/scienceqa");
                break;
            case "textvqa":
                Scores(name, "83.75", 8, published, $"{golden}/textvqa/answers.jsonl", $"{golden}/textvqa/TextVQA_0.5.1_val.json");
                break;
            case "pope":
                Scores(name, "88.89", 7, published, WritePope(), $"{_folder}/coco");
                break;
            case "mme":
                Scores(name, "1645.83", null, published, $"{golden}/mme/results", null);
                break;
            case "mmbench" or "mmbench_cn":
                Scores(name, "50.00", 2, published, Answers(("5", "A"), ("1000005", "B"), ("6", "B"), ("1000006", "B")), Write("dev.tsv", "index\tquestion\thint\tA\tB\tanswer\tcategory\timage\n5\tWhich?\t\tred\tblue\tA\tc\tAQID\n1000005\tWhich?\t\tblue\tred\tB\tc\tAQID\n6\tWhere?\t\tup\tdown\tB\tp\tAQID\n1000006\tWhere?\t\tdown\tup\tA\tp\tAQID\n"));
                break;
            case "seed":
                Scores(name, "83.33", 24, published, $"{golden}/seed/answers.jsonl", $"{golden}/seed/SEED-Bench.json");
                break;
            case "llavabench":
                Scores(name, "66.67", 2, published, Write("reviews.jsonl", """{"question_id": 0, "category": "c", "tuple": [8, 4]}""" + "\n" + """{"question_id": 1, "category": "d", "tuple": [10, 8]}"""), null, "--questions", Questions(2));
                break;
            case "mmvet":
                Uploads(name, "{\n  \"v1_3\": \"a cat\"\n}", Answers(("3", "a cat")), null);
                break;
            case "chartqa":
                Write("test_human_llava.jsonl", Sample(0, "100") + "\n" + Sample(1, "Red"));
                Write("test_augmented_llava.jsonl", Sample(0, "50%"));
                Scores(name, "66.67", 3, published, Answers(("test_human_llava/0", "95"), ("test_human_llava/1", "red"), ("test_augmented_llava/0", "0.53")), _folder);
                break;
            case "docvqa":
                Scores(name, "58.33", 3, published, Answers(("7", "may 1,  1990"), ("8", "nothing"), ("9", "abcx")), Write("val_v1.0_withQT.json", Documents));
                break;
            case "infographicsvqa":
                Scores(name, "58.33", 3, published, Answers(("7", "may 1,  1990"), ("8", "nothing"), ("9", "abcx")), Write("infographicsVQA_val_v1.0_withQT.json", Documents));
                break;
            case "ai2d":
                Scores(name, "50.00", 2, published, Answers(("0", "B."), ("1", "a")), Write("ai2d_llava.jsonl", Sample(0, "b) stem") + "\n" + Sample(1, "b) leaf")));
                break;
            default:
                Assert.Fail($"{name} has no case here");
                break;
        }
    }

    static void Scores(string name, string score, int? count, string published, string answers, string? annotations, params string[] more)
    {
        var output = LlavaProgram.Run(["score", name, "--answers", answers, .. annotations is null ? Array.Empty<string>() : ["--annotations", annotations], .. more]);
        var number = count?.ToString(CultureInfo.InvariantCulture) ?? @"\d+";
        Assert.Matches($@"^[^:]+: [\w ]+ {Regex.Escape(score)} \(95 % interval [\d.]+ to [\d.]+, n = {number}\){Regex.Escape(published)}\r?\n", output);
    }

    static void AssertCompared(string expected, string name, string answers, string baseline, string? annotations)
    {
        var output = LlavaProgram.Run(["score", name, "--answers", answers, "--baseline", baseline, .. annotations is null ? Array.Empty<string>() : ["--annotations", annotations]]);
        Assert.Contains($"\n  {expected} (95 % interval ", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    string Questions(int count) => Write("questions.jsonl", string.Join('\n', Enumerable.Range(0, count).Select(id => $$"""{"question_id": {{id}}, "image": "a.jpg", "text": "What?"}""")));

    void Uploads(string name, string expected, string answers, string? annotations)
    {
        var upload = Path.Combine(_folder, $"{name}.upload");
        LlavaProgram.Run(["score", name, "--answers", answers, "--upload", upload, .. annotations is null ? Array.Empty<string>() : ["--annotations", annotations]]);
        Assert.Equal(expected, File.ReadAllText(upload));
    }

    string WritePope()
    {
        // Of two that are there one is found in the adversarial rows: F1 is 2/3 there, 1 in the others.
        (string Category, string Label, string Answer)[] rows =
        [
            ("adversarial", "yes", "Yes"), ("adversarial", "yes", "No"), ("adversarial", "no", "No, there is not."),
            ("popular", "yes", "Yes"), ("popular", "no", "No"), ("random", "yes", "Yes"), ("random", "no", "no"),
        ];
        foreach (var category in rows.GroupBy(row => row.Category))
            Write($"coco/coco_pope_{category.Key}.json", string.Join('\n', category.Select(row => $$"""{"image": "a.jpg", "text": "Is there a cat?", "label": "{{row.Label}}"}""")));
        Write("llava_pope_test.jsonl", string.Join('\n', rows.Select((row, index) => $$"""{"question_id": {{index}}, "image": "a.jpg", "text": "Is there a cat?\nAnswer.", "category": "{{row.Category}}"}""")));
        return Answers([.. rows.Select((row, index) => ($"{index}", row.Answer))]);
    }

    string Answers(params (string Id, string Text)[] answers) => Write("answers.jsonl", string.Join('\n', answers.Select(answer => $$"""{"question_id": "{{answer.Id}}", "prompt": "", "text": "{{answer.Text}}"}""")));

    string Copy(string name, string path) => Write(name, File.ReadAllText(path));

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    static string Sample(int id, string answer) =>
        $$"""{"id": {{id}}, "image": "a.png", "conversations": [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "{{answer}}"}]}""";

    [GeneratedRegex(@"one of ([\w, ]+?)\s{2,}")]
    private static partial Regex Listed();
}
