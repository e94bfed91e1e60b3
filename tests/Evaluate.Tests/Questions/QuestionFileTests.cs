using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Benchmarks;
using Llava.Evaluate.Questions;
using Llava.Tests;

namespace Llava.Evaluate.Tests.Questions;

public sealed class QuestionFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("gqa", "\nAnswer the question using a single word or phrase.")]
    [InlineData("vizwiz", "\nWhen the provided information is insufficient, respond with 'Unanswerable'.\nAnswer the question using a single word or phrase.")]
    [InlineData("textvqa", "\nAnswer the question using a single word or phrase.")]
    [InlineData("pope", "\nAnswer the question using a single word or phrase.")]
    [InlineData("mme", "\nAnswer the question using a single word or phrase.")]
    [InlineData("mmvet", "?")]
    public void Llavas_own_question_files_are_asked_as_they_stand(string benchmark, string ending)
    {
        var samples = Samples(benchmark);
        var path = _folder.WriteLines("questions.jsonl", [.. samples.Select(sample => JsonSerializer.Serialize(sample))]);
        var questions = Read(benchmark, path);
        Assert.Equal(samples.Select(sample => sample.GetProperty("text").GetString()), questions.Select(question => question.Text));
        Assert.Equal(samples.Select(sample => sample.GetProperty("text").GetString()), questions.Select(question => question.Prompt));
        Assert.Equal(samples.Select(sample => sample.GetProperty("image").GetString()), questions.Select(question => question.Image!.Path));
        Assert.Equal(samples.Select(sample => sample.GetProperty("question_id").ToString()), questions.Select(question => question.Id.Text));
        Assert.All(questions, question => Assert.EndsWith(ending, question.Text));
    }

    [Fact]
    public void ScienceQa_prompts_say_whether_there_is_a_picture()
    {
        var path = _folder.Write("questions.json", JsonSerializer.Serialize(Samples("scienceqa")));
        var questions = Read("scienceqa", path);
        Assert.Null(questions[0].Image);
        Assert.StartsWith("Which figure of speech", questions[0].Prompt);
        Assert.Equal("5/image.png", questions[1].Image!.Path);
        Assert.StartsWith("<image>\nContext: People", questions[1].Prompt);
        Assert.StartsWith("Context: People", questions[1].Text);
        Assert.All(questions, question => Assert.EndsWith("\nAnswer with the option's letter from the given choices directly.", question.Text));
    }

    [Fact]
    public void MmBench_prompts_are_those_of_the_published_answers()
    {
        foreach (var sample in Samples("mmbench"))
        {
            var prompt = sample.GetProperty("prompt").GetString()!;
            string[] options = [.. sample.GetProperty("options").EnumerateArray().Select(option => option.GetString()!)];
            var question = prompt[..prompt.IndexOf("\nA. ", StringComparison.Ordinal)];
            var path = _folder.WriteLines("dev.tsv", "index\tquestion\thint\tA\tB\tC\tD\timage", $"{sample.GetProperty("question_id")}\t\"{question}\"\t\t{options[0]}\t{options[1]}\t\t\tAQID");
            Assert.Equal(prompt, Read("mmbench", path).Single().Prompt);
        }
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../secret.png")]
    [InlineData("a/../../secret.png")]
    [InlineData("a\\..\\..\\secret.png")]
    public void A_picture_outside_of_the_folder_is_refused(string path)
    {
        var error = Assert.Throws<DiagnosticException>(() => new ImageFolder(_folder.Path).Resolve(path, "q.jsonl"));
        Assert.Equal($"q.jsonl: error LLAVA6103: image \"{path}\" is absolute or leaves the image folder", error.Message);
    }

    [Fact]
    public void All_missing_pictures_are_named_at_once()
    {
        _folder.Write("there.png", "");
        var path = _folder.WriteLines("q.jsonl", Line("there.png"), Line("a.png"), Line("b.png"), Line("a.png"));
        var problems = new ImageFolder(_folder.Path).Problems(Read("gqa", path), path);
        Assert.Equal(
            [$"{path}: error LLAVA6110: image \"a.png\" is not in {_folder.Path}", $"{path}: error LLAVA6110: image \"b.png\" is not in {_folder.Path}"],
            problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void A_line_that_is_no_question_is_named()
    {
        var path = _folder.WriteLines("q.jsonl", Line("a.png"), """{"question_id": 2}""");
        Assert.Equal($"{path}(2): error LLAVA6102: \"text\" is missing or is not text", Assert.Throws<DiagnosticException>(() => Read("gqa", path)).Message);
    }

    [Fact]
    public void An_id_that_stands_twice_in_a_prepared_split_is_refused()
    {
        const string sample = """{"id": 1, "image": "a.png", "conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]}""";
        var path = _folder.WriteLines("ai2d_llava.jsonl", sample, sample);
        Assert.Equal($"{path}: error LLAVA6104: the id 1 stands twice", Assert.Throws<DiagnosticException>(() => Read("ai2d", path)).Message);
    }

    public void Dispose() => _folder.Dispose();

    static string Line(string image) => $$"""{"question_id": 1, "image": "{{image}}", "text": "Q"}""";

    static IReadOnlyList<Question> Read(string benchmark, string path)
    {
        var found = BenchmarkTable.Find(benchmark);
        return found.ReadQuestions(path, found.Suffix);
    }

    static IReadOnlyList<JsonElement> Samples(string benchmark)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(GoldenData.Require("eval/prompt_samples.json")));
        return [.. document.RootElement.GetProperty(benchmark).GetProperty("samples").EnumerateArray().Select(sample => sample.Clone())];
    }
}
