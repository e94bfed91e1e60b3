using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Benchmarks;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Tests.Questions;

public sealed class QuestionFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

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
}
