using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Benchmarks;

namespace Llava.Evaluate.Tests.Benchmarks;

/// <summary>An answer too few, one twice, and one to a question that nobody asked, in every benchmark that joins by id, picture or prompt.</summary>
public sealed class MisalignedAnswersTests : IDisposable
{
    const string Suffix = "Answer the question using a single word or phrase.";

    readonly TemporaryFolder _folder = new();
    readonly RecordingLog _log = new();

    [Theory]
    [InlineData("textvqa", "missing", "ANSWERS: error LLAVA6106: 1 of 2 questions in FOLDER/textvqa.json have no answer")]
    [InlineData("textvqa", "twice", "ANSWERS: error LLAVA6104: the question picture0: what is 0? is answered more often than it is asked")]
    [InlineData("textvqa", "unknown", "FOLDER/textvqa.json: error LLAVA6107: the question picture9: what is 9? of ANSWERS is not here")]
    [InlineData("mme", "missing", "ANSWERS: error LLAVA6106: 1 of 2 questions in FOLDER/mme have no answer")]
    [InlineData("mme", "twice", "ANSWERS: error LLAVA6104: \"Is it 0?  Please answer yes or no.\" (existence/0.jpg) has two different answers")]
    [InlineData("mme", "unknown", "FOLDER/mme: error LLAVA6107: the question \"Is it 9?\" of existence/0.jpg in ANSWERS is not here")]
    [InlineData("scienceqa", "missing", "ANSWERS: warning LLAVA6106: 1 of 2 questions have no answer and count as wrong in the accuracy, but not in the one with image, as in ScienceQA's own script: 1")]
    [InlineData("scienceqa", "twice", "ANSWERS: error LLAVA6104: 1 questions are answered twice: 0")]
    [InlineData("scienceqa", "unknown", "FOLDER/scienceqa: error LLAVA6107: 1 answers in ANSWERS are to questions that are not here: 9")]
    [InlineData("seed", "missing", "ANSWERS: warning LLAVA6106: 1 of 2 questions have no answer and count as wrong: 1")]
    [InlineData("seed", "twice", "ANSWERS: error LLAVA6104: 1 questions are answered twice: 0")]
    [InlineData("seed", "unknown", "FOLDER/seed.json: error LLAVA6107: 1 answers in ANSWERS are to questions that are not here: 9")]
    [InlineData("mmbench", "missing", "ANSWERS: error LLAVA6106: 1 of 2 questions in FOLDER/mmbench.tsv have no answer: 1")]
    [InlineData("mmbench", "twice", "ANSWERS: error LLAVA6104: 1 questions are answered twice: 0")]
    [InlineData("mmbench", "unknown", "FOLDER/mmbench.tsv: error LLAVA6107: 1 answers in ANSWERS are to questions that are not here: 9")]
    [InlineData("vizwiz", "missing", "ANSWERS: error LLAVA6106: 1 of 2 questions in FOLDER/questions.jsonl have no answer: 1")]
    [InlineData("vizwiz", "twice", "ANSWERS: error LLAVA6104: 1 questions are answered twice: 0")]
    [InlineData("vizwiz", "unknown", "FOLDER/questions.jsonl: error LLAVA6107: 1 answers in ANSWERS are to questions that are not here: 9")]
    [InlineData("llavabench", "missing", "ANSWERS: error LLAVA6106: 1 of 2 questions have no review: 1")]
    [InlineData("llavabench", "twice", "ANSWERS: error LLAVA6104: question 0 is reviewed twice")]
    [InlineData("llavabench", "unknown", "ANSWERS: error LLAVA6107: 1 reviews are of questions that LLaVA-Bench does not have: 9")]
    [InlineData("vqav2", "missing", "ANSWERS: error LLAVA6106: 1 of 2 questions in FOLDER/questions.jsonl have no answer: 1")]
    [InlineData("vqav2", "twice", "ANSWERS: error LLAVA6104: 1 questions are answered twice: 0")]
    [InlineData("vqav2", "unknown", "FOLDER/test2015.jsonl: error LLAVA6107: 1 answers in ANSWERS are to questions that are not here: 9")]
    [InlineData("mmvet", "missing", "ANSWERS: error LLAVA6106: 1 of 2 questions in FOLDER/questions.jsonl have no answer: 1")]
    [InlineData("mmvet", "twice", "ANSWERS: error LLAVA6104: 1 questions are answered twice: 0")]
    [InlineData("mmvet", "unknown", "FOLDER/questions.jsonl: error LLAVA6107: 1 answers in ANSWERS are to questions that are not here: 9")]
    [InlineData("gqa", "missing", "ANSWERS: error LLAVA6106: 1 of 2 questions in FOLDER/questions.jsonl have no answer: 1")]
    [InlineData("gqa", "twice", "ANSWERS: error LLAVA6104: 1 questions are answered twice: 0")]
    [InlineData("gqa", "unknown", "FOLDER/questions.jsonl: error LLAVA6107: 1 answers in ANSWERS are to questions that are not here: 9")]
    public void It_is_refused_or_told(string benchmark, string fault, string expected)
    {
        var annotations = WriteAnnotations(benchmark);
        Assert.Equal(benchmark == "mme" ? "MME" : "fits", Fault(benchmark, annotations, Answer(benchmark, 0), Answer(benchmark, 1)));

        string[] answers = fault switch
        {
            "missing" => [Answer(benchmark, 0)],
            "twice" => [Answer(benchmark, 0), Answer(benchmark, 1), Answer(benchmark, 0, "no")],
            _ => [Answer(benchmark, 0), Answer(benchmark, 1), Answer(benchmark, 9)],
        };
        Assert.Equal(expected, Fault(benchmark, annotations, answers));
    }

    [Theory]
    [InlineData("gqa", "ANSWERS: warning LLAVA6106: 1 answers, but GQA testdev-balanced has 12578 questions")]
    [InlineData("mmvet", "ANSWERS: warning LLAVA6106: 1 answers, but MM-Vet has 218 questions")]
    [InlineData("vqav2", "ANSWERS: warning LLAVA6106: 1 of the split's 2 questions have no answer and are sent as \"\"")]
    [InlineData("llavabench", "ANSWERS: warning LLAVA6106: 1 reviews, but LLaVA-Bench has 60 questions")]
    public void Without_the_question_file_the_benchmarks_own_number_of_questions_counts(string benchmark, string expected) =>
        Assert.Equal(expected, Fault(benchmark, WriteAnnotations(benchmark), [Answer(benchmark, 0)], knowsQuestions: false));

    [Fact]
    public void Answers_to_unknown_questions_alone_make_no_upload() =>
        Assert.Equal("FOLDER/test2015.jsonl: error LLAVA6107: 1 answers in ANSWERS are to questions that are not here: 9", Fault("vqav2", WriteAnnotations("vqav2"), [Answer("vqav2", 9)], knowsQuestions: false));

    [Fact]
    public void Two_truths_of_one_question_are_refused()
    {
        var annotations = WriteAnnotations("mme");
        _folder.WriteLines("mme/existence/0.txt", "Is it 0?  Please answer yes or no.\tYes", "Is it 0?  Please answer yes or no.\tNo");
        Assert.Equal("FOLDER/mme/existence/0.txt(2): error LLAVA6104: \"Is it 0?  Please answer yes or no.\" has two different truths", Fault("mme", annotations, Answer("mme", 0)));
    }

    public void Dispose() => _folder.Dispose();

    /// <returns>The error or else the warning of making the upload or the score, with the folder's name left out; "fits" without any.</returns>
    string Fault(string benchmark, string annotations, params string[] answers) => Fault(benchmark, annotations, answers, knowsQuestions: true);

    string Fault(string benchmark, string annotations, string[] answers, bool knowsQuestions)
    {
        var questions = _folder.WriteLines("questions.jsonl", [.. Enumerable.Range(0, 2).Select(id => $$"""{"question_id": {{id}}, "image": "{{id}}.jpg", "text": "What is {{id}}?"}""")]);
        var input = new ScoringInput(_folder.WriteLines("answers.jsonl", answers), annotations, knowsQuestions ? questions : null) { Log = _log };
        _log.Lines.Clear();
        try
        {
            var found = BenchmarkTable.Find(benchmark);
            if (benchmark is "vizwiz" or "vqav2" or "mmvet" or "gqa")
                found.Upload(input);
            else
                found.Score(input);
        }
        catch (DiagnosticException error)
        {
            // Two questions are no whole MME: what comes after the joining complains of that.
            return error.Message.Contains("the headline is a sum over all of perception", StringComparison.Ordinal) ? "MME" : Short(error.Message);
        }
        return _log.Lines is [var warning] ? Short(warning) : "fits";
    }

    string Short(string message) => message.Replace(Path.Combine(_folder.Path, "answers.jsonl"), "ANSWERS", StringComparison.Ordinal).Replace(_folder.Path, "FOLDER", StringComparison.Ordinal);

    string WriteAnnotations(string benchmark)
    {
        switch (benchmark)
        {
            case "textvqa":
                return _folder.Write("textvqa.json", JsonSerializer.Serialize(new { data = Enumerable.Range(0, 2).Select(id => new { image_id = $"picture{id}", question = $"What is {id}?", answers = Enumerable.Repeat("yes", 10) }) }));
            case "mme":
                _folder.WriteLines("mme/existence/0.txt", "Is it 0?  Please answer yes or no.\tYes\t", "Is it 1?  Please answer yes or no.\tNo \r");
                return Path.Combine(_folder.Path, "mme");
            case "scienceqa":
                _folder.Write("scienceqa/pid_splits.json", """{"test": ["0", "1"]}""");
                _folder.Write("scienceqa/problems.json", """{"0": {"choices": ["a", "b"], "answer": 0}, "1": {"choices": ["a", "b"], "answer": 1}}""");
                return Path.Combine(_folder.Path, "scienceqa");
            case "seed":
                return _folder.Write("seed.json", JsonSerializer.Serialize(new { question_type = new { Scene = 1 }, questions = Enumerable.Range(0, 2).Select(id => new { question_id = $"{id}", answer = "A", question_type_id = 1, data_type = "image" }) }));
            case "mmbench":
                return _folder.WriteLines("mmbench.tsv", "index\tquestion\thint\tA\tB\tanswer\timage", "0\tWhich?\t\tred\tblue\tA\tAQID", "1\tWhich?\t\tred\tblue\tA\tAQID");
            case "vizwiz":
                return Path.Combine(_folder.Path, "questions.jsonl");
            case "vqav2":
                return _folder.WriteLines("test2015.jsonl", """{"question_id": 0}""", """{"question_id": 1}""");
            default:
                return "";
        }
    }

    static string Answer(string benchmark, int id, string text = "yes") => JsonSerializer.Serialize<object>(benchmark switch
    {
        "textvqa" => new { question_id = $"picture{id}", prompt = $"What is {id}?\n{Suffix}", text },
        "mme" => new { question_id = "existence/0.jpg", prompt = $"Is it {id}?\n{Suffix}", text },
        "scienceqa" => new { question_id = $"{id}", prompt = "<image>\nWhich?", text = "A" },
        "llavabench" => new { question_id = id, category = "c", tuple = new[] { 8, 7 } },
        _ => new { question_id = id, prompt = "", text },
    });
}
