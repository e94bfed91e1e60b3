using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Tests;

namespace Llava.Evaluate.Tests;

/// <summary>The stage on the small golden model: its answers are nonsense, but always the same.</summary>
public sealed class EvaluateStageTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly TemporaryFolder _model = new();

    [Fact]
    public async Task Answers_and_score_are_written_and_the_same_bytes_in_another_folder()
    {
        var report = await Run("first");
        Assert.Equal(4, report!.Score.QuestionCount);
        await Run("second", batchSize: 1);
        foreach (var name in new[] { "answers.jsonl", "blank_answers.jsonl", "score.json" })
            Assert.Equal(File.ReadAllText(Output("first", name)), File.ReadAllText(Output("second", name)));
    }

    [Fact]
    public async Task The_score_stands_beside_the_blank_control_and_the_most_common_answer()
    {
        await Run("first");
        // The truth of three questions becomes what the model says: a run that goes on sees the answers of the first.
        var answers = File.ReadAllLines(Output("first", "answers.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!).ToList();
        WriteQuestions([answers[0], answers[1], answers[2], "certainly not"]);
        var log = new RecordingLog();
        await Run("first", log: log);
        using var score = JsonDocument.Parse(File.ReadAllText(Output("first", "score.json")));
        Assert.Equal(0.75, score.RootElement.GetProperty("exact_match").GetDouble());
        Assert.InRange(score.RootElement.GetProperty("blank_exact_match").GetDouble(), 0, 0.75);
        Assert.InRange(score.RootElement.GetProperty("most_common_answer_share").GetDouble(), 0.25, 0.75);
        Assert.Equal(75, score.RootElement.GetProperty("parts").GetProperty("exact match").GetDouble());
        Assert.Contains("answering chartqa: 4 of 4 answers are there already", log.Lines);
        Assert.Contains("  exact match                  0.750", log.Lines);
    }

    [Fact]
    public async Task A_benchmark_of_a_server_gets_its_upload_file_and_no_score()
    {
        var questions = _folder.WriteLines("q.jsonl", """{"question_id": 3, "image": "img2_56x56.png", "text": "What?"}""");
        Assert.Null(await EvaluateStage.RunAsync(Options("vet", questions) with { Benchmark = "mmvet", BlankControl = false }, new RecordingLog(), CancellationToken.None));
        Assert.StartsWith("{\n  \"v1_3\": ", File.ReadAllText(Output("vet", "mmvet_results.json")));
        Assert.Equal("{\n  \"benchmark\": \"mmvet\",\n  \"score\": null,\n  \"n\": 1,\n  \"reason\": \"a server has its annotations\",\n  \"published\": {\n    \"llava-1.5-7b\": 31.1,\n    \"llava-1.5-13b\": 36.1\n  }\n}\n", File.ReadAllText(Output("vet", "score.json")));
    }

    [Fact]
    public async Task Answers_within_the_models_own_folder_are_found_again()
    {
        WriteQuestions(["red", "blue", "red", "3"]);
        var within = Options("unused", Path.Combine(_folder.Path, "prepared")) with { OutputPath = Path.Combine(Model(), "answers"), HashCachePath = Path.Combine(Model(), "hashes.tsv") };
        await EvaluateStage.RunAsync(within, new RecordingLog(), CancellationToken.None);
        var log = new RecordingLog();
        await EvaluateStage.RunAsync(within, log, CancellationToken.None);
        Assert.Contains("answering chartqa: 4 of 4 answers are there already", log.Lines);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    public async Task A_damaged_configuration_of_the_model_is_its_loaders_to_name(string config)
    {
        WriteQuestions(["red", "blue", "red", "3"]);
        var path = Path.Combine(Model(), "text_model_llava", "config.json");
        if (!File.Exists(path))
            path = Directory.GetFiles(Model(), "config.json", SearchOption.AllDirectories).First(file => !file.Contains("image_model", StringComparison.Ordinal));
        File.WriteAllText(path, config);
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => EvaluateStage.RunAsync(Options("damaged", Path.Combine(_folder.Path, "prepared")), new RecordingLog(), CancellationToken.None));
        Assert.Equal("LLAVA4011", error.Diagnostics[0].Code.Id);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 2)]
    [InlineData(5, 4)]
    public async Task A_limit_of_MME_counts_whole_pictures(int limit, int counted)
    {
        var files = new EvaluationFolder(_folder).Write("mme");
        var options = Options("mme", files.Questions) with { Benchmark = "mme", ImagesPath = files.Images, AnnotationsPath = files.Annotations, BlankControl = false, Limit = limit };
        var report = await EvaluateStage.RunAsync(options, new RecordingLog(), CancellationToken.None);
        Assert.Equal(counted, report?.Score.QuestionCount ?? 0);
        Assert.Equal(counted == 0, File.ReadAllText(Output("mme", "score.json")).Contains("the limit leaves no picture of perception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pictures_are_looked_for_before_the_model_is_loaded()
    {
        var questions = _folder.WriteLines("q.jsonl", """{"question_id": 3, "image": "none.png", "text": "What?"}""", """{"question_id": 4, "image": "../x.png", "text": "What?"}""");
        var options = Options("vet", questions) with { Benchmark = "mmvet", BlankControl = false, ModelPath = "/nowhere" };
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => EvaluateStage.RunAsync(options, new RecordingLog(), CancellationToken.None));
        Assert.Equal(["LLAVA6110", "LLAVA6103"], error.Diagnostics.Select(problem => problem.Code.Id));
    }

    [Theory]
    [InlineData("pope", "coco/coco_pope_random.json: error LLAVA6107: 2 labels, but 1 random questions in FOLDER/q.jsonl; take the labels of POPE commit e3e39262")]
    [InlineData("seed", "SEED-Bench.json: error LLAVA6107: 1 questions in FOLDER/q.jsonl are not here: 3")]
    [InlineData("seed more", "q.jsonl: error LLAVA6106: 1 of 2 questions in FOLDER/SEED-Bench.json are not asked: 4")]
    [InlineData("gqa twice", "q.jsonl: error LLAVA6104: 1 question ids stand twice: 3")]
    [InlineData("gqa", "gqa.json: error LLAVA6107: 1 questions in FOLDER/q.jsonl are not here: 3")]
    [InlineData("vqav2", "test2015.jsonl: error LLAVA6107: 1 questions in FOLDER/q.jsonl are not here: 3")]
    public async Task Annotations_of_other_questions_are_refused_before_the_model_is_loaded(string benchmark, string message)
    {
        const string Question = """{"question_id": 3, "image": "img2_56x56.png", "text": "Is there a cat?\nAnswer.", "category": "random"}""";
        var questions = _folder.WriteLines("q.jsonl", [.. Enumerable.Repeat(Question, benchmark == "gqa twice" ? 2 : 1)]);
        var annotations = benchmark switch
        {
            "pope" => Path.GetDirectoryName(_folder.WriteLines("coco/coco_pope_random.json", """{"image": "img2_56x56.png", "text": "Is there a cat?", "label": "yes"}""", """{"image": "img2_56x56.png", "text": "Is there a dog?", "label": "no"}"""))!,
            "seed" => _folder.Write("SEED-Bench.json", """{"question_type": {"Scene": 1}, "questions": [{"question_id": "4", "answer": "A", "question_type_id": 1, "data_type": "image"}]}"""),
            "seed more" => _folder.Write("SEED-Bench.json", """{"question_type": {"Scene": 1}, "questions": [{"question_id": "3", "answer": "A", "question_type_id": 1, "data_type": "image"}, {"question_id": "4", "answer": "A", "question_type_id": 1, "data_type": "video"}]}"""),
            "gqa" or "gqa twice" => _folder.Write("gqa.json", """{"4": {"answer": "yes"}}"""),
            _ => _folder.WriteLines("test2015.jsonl", """{"question_id": 4}"""),
        };
        var options = Options("early", questions) with { Benchmark = benchmark.Split(' ')[0], AnnotationsPath = annotations, BlankControl = false, ModelPath = "/nowhere" };
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => EvaluateStage.RunAsync(options, new RecordingLog(), CancellationToken.None));
        Assert.Equal($"{_folder.Path}/{message.Replace("FOLDER", _folder.Path, StringComparison.Ordinal)}", error.Message);
    }

    [Fact]
    public async Task Finished_answers_survive_a_model_that_cannot_be_loaded_and_a_limit()
    {
        await Run("first");
        var finished = File.ReadAllBytes(Output("first", "answers.jsonl"));
        var options = Options("first", Path.Combine(_folder.Path, "prepared")) with { BlankControl = false };
        await Assert.ThrowsAsync<DiagnosticException>(() => EvaluateStage.RunAsync(options with { ModelPath = "/nowhere" }, new RecordingLog(), CancellationToken.None));
        Assert.Equal(finished, File.ReadAllBytes(Output("first", "answers.jsonl")));

        var log = new RecordingLog();
        await EvaluateStage.RunAsync(options with { Limit = 1 }, log, CancellationToken.None);
        await EvaluateStage.RunAsync(options, log, CancellationToken.None);
        Assert.Equal(["answering chartqa: 1 of 1 answers are there already", "answering chartqa: 4 of 4 answers are there already"], log.Lines.Where(line => line.EndsWith("already", StringComparison.Ordinal)));
        Assert.Equal(finished, File.ReadAllBytes(Output("first", "answers.jsonl")));
    }

    [Fact]
    public async Task A_picture_that_was_trained_on_is_named_in_the_score()
    {
        var images = GoldenData.Require("small/model/images");
        _folder.WriteLines("train/s.jsonl", """{"id": 1, "image": "img1_80x120.png"}""", """{"id": 2, "image": "gone.png"}""");
        WriteQuestions(["red", "blue", "red", "3"]);
        var log = new RecordingLog();
        var options = Options("trained", Path.Combine(_folder.Path, "prepared")) with { BlankControl = false, TrainingSamples = [Path.Combine(_folder.Path, "train")], TrainingImagesPath = images, HashCachePath = Path.Combine(_folder.Path, "hashes.tsv") };
        await EvaluateStage.RunAsync(options, log, CancellationToken.None);
        Assert.Contains("  trained on          1 of 3 pictures, 1 questions (compared with 1 training pictures, 1 more are not there): img1_80x120.png", log.Lines);
        Assert.Contains("\n  \"contamination\": {\n    \"training_pictures\": 1,\n    \"absent_training_pictures\": 1,\n    \"refused_training_samples\": 0,\n    \"pictures\": 3,\n    \"trained_on\": 1,\n    \"questions\": 1,\n    \"names\": [\n      \"img1_80x120.png\"\n    ]\n  }\n}\n", File.ReadAllText(Output("trained", "score.json")), StringComparison.Ordinal);
        // The model's files are in it beside the picture's: the next benchmark reads none of them again.
        Assert.Contains(File.ReadLines(options.HashCachePath), line => line.EndsWith("model.safetensors", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _model.Dispose();
    }

    async Task<ScoreReport?> Run(string output, int batchSize = 8, RecordingLog? log = null)
    {
        if (!Directory.Exists(Path.Combine(_folder.Path, "prepared")))
            WriteQuestions(["red", "blue", "red", "3"]);
        return await EvaluateStage.RunAsync(Options(output, Path.Combine(_folder.Path, "prepared")) with { BatchSize = batchSize }, log ?? new RecordingLog(), CancellationToken.None);
    }

    EvaluateOptions Options(string output, string questions) => new()
    {
        Benchmark = "chartqa",
        ModelPath = Model(),
        QuestionsPath = questions,
        ImagesPath = GoldenData.Require("small/model/images"),
        OutputPath = Path.Combine(_folder.Path, output),
        Device = "cpu",
        MaxNewTokens = 3,
        BlankControl = true,
        Suffix = "",
    };

    string Model() => Directory.Exists(Path.Combine(_model.Path, "image_model")) ? _model.Path : GoldenLlava.Write("small/", _model.Path);

    void WriteQuestions(string[] truths)
    {
        _folder.WriteLines("prepared/test_human_llava.jsonl", Sample(0, "img0_120x80.png", truths[0]), Sample(1, "img0_120x80.png", truths[1]));
        _folder.WriteLines("prepared/test_augmented_llava.jsonl", Sample(0, "img1_80x120.png", truths[2]), Sample(1, "img2_56x56.png", truths[3]));
    }

    static string Sample(int id, string image, string answer) => JsonSerializer.Serialize(new
    {
        id,
        image,
        conversations = new object[] { new { from = "human", value = $"<image>\nQuestion {id}?" }, new { from = "gpt", value = answer } },
    });

    string Output(string run, string name) => Path.Combine(_folder.Path, run, name);
}
