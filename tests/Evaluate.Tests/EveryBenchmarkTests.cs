using System.Text.Json;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Benchmarks;
using Llava.Tests;

namespace Llava.Evaluate.Tests;

/// <summary>Each benchmark from its own files to its score or the file for its server, with the small golden model.</summary>
public sealed class EveryBenchmarkTests(EveryBenchmarkTests.Model model) : IClassFixture<EveryBenchmarkTests.Model>, IDisposable
{
    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names() => [.. BenchmarkTable.Names];

    [Theory, MemberData(nameof(Names))]
    public async Task It_is_asked_answered_and_scored_or_gets_the_file_for_its_server(string name)
    {
        var (questions, outputs, isScored) = Expected(name);
        var files = new EvaluationFolder(_folder).Write(name);

        var report = await EvaluateStage.RunAsync(Options(name, files), new RecordingLog(), CancellationToken.None);

        var answers = AnswerFile.Read(Path.Combine(_folder.Path, "out", "answers.jsonl"));
        Assert.Equal(questions, answers.Select(answer => answer.Id.Text));
        Assert.All(answers, answer => Assert.NotEqual("", answer.Text));
        Assert.Equal(((string[])[.. outputs, "answers.jsonl", "score.json"]).Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(Path.Combine(_folder.Path, "out")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        using var score = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.Path, "out", "score.json")));
        Assert.Equal(isScored ? JsonValueKind.Number : JsonValueKind.Null, score.RootElement.GetProperty("score").ValueKind);
        Assert.Equal(isScored, report is not null);
    }

    [Fact]
    public async Task A_table_of_MMBench_without_answers_gets_its_upload_and_says_why_there_is_no_score()
    {
        var table = _folder.WriteLines("test.tsv", "index\tquestion\thint\tA\tB\timage", $"7\tWhich?\t\tred\tblue\t{Convert.ToBase64String(File.ReadAllBytes(GoldenData.Require("small/model/images/img2_56x56.png")))}");
        Assert.Null(await EvaluateStage.RunAsync(Options("mmbench", new(table, _folder.Path)), new RecordingLog(), CancellationToken.None));
        Assert.True(File.Exists(Path.Combine(_folder.Path, "out", "mmbench_upload.xlsx")));
        Assert.Contains("\"reason\": \"the table has no answers (a test split): a server has them\"", File.ReadAllText(Path.Combine(_folder.Path, "out", "score.json")), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    static (IEnumerable<string> Questions, string[] Outputs, bool IsScored) Expected(string name) => name switch
    {
        "vqav2" => (["262144001"], ["vqav2_upload.json"], false),
        "gqa" => (["201307251"], ["testdev_balanced_predictions.json"], true),
        "vizwiz" => (["0"], ["vizwiz_upload.json"], false),
        "scienceqa" => (["4", "5"], ["scienceqa_result.json"], true),
        "textvqa" => (["003a8ae2ef43b901"], [], true),
        "pope" => (["1", "2", "3"], [], true),
        "mme" => (MmeQuestions(), [], true),
        "mmbench" or "mmbench_cn" => (["241", "1000241", "242"], [$"{name}_upload.xlsx"], true),
        "seed" => (["101669"], ["seed_upload.jsonl"], true),
        "llavabench" => (["0"], [], false),
        "mmvet" => (["0"], ["mmvet_results.json"], false),
        "chartqa" => (["test_human_llava/7", "test_augmented_llava/7"], [], true),
        _ => (["7"], [], true),
    };

    static IEnumerable<string> MmeQuestions() => EvaluationFolder.MmeCategories.SelectMany(category => Enumerable.Repeat(EvaluationFolder.MmePicture(category), 2));

    EvaluateOptions Options(string name, EvaluationFolder.Files files) => new()
    {
        Benchmark = name,
        ModelPath = model.Path,
        QuestionsPath = files.Questions,
        ImagesPath = files.Images,
        AnnotationsPath = files.Annotations,
        OutputPath = Path.Combine(_folder.Path, "out"),
        Device = "cpu",
        MaxNewTokens = 3,
    };

    /// <summary>Written once for all.</summary>
    public sealed class Model : IDisposable
    {
        readonly TemporaryFolder _folder = new();

        public Model() => GoldenLlava.Write("small/", _folder.Path);

        public string Path => _folder.Path;

        public void Dispose() => _folder.Dispose();
    }
}
