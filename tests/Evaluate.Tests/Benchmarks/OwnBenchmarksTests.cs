using System.IO.Compression;
using Llava.Evaluate.Benchmarks;
using Llava.Evaluate.Questions;
using Llava.Evaluate.Scoring;
using Llava.Tests;

namespace Llava.Evaluate.Tests.Benchmarks;

/// <summary>Benchmarks that the reference's scripts do not score.</summary>
public sealed class OwnBenchmarksTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void ChartQa_counts_numbers_within_five_per_cent()
    {
        _folder.WriteLines("test/test_human_llava.jsonl", Sample("0", "How many?", "100"), Sample("1", "Which?", "Red"));
        _folder.WriteLines("test/test_augmented_llava.jsonl", Sample("0", "How much?", "50%"));
        Answer(("test_human_llava/0", "95"), ("test_human_llava/1", "red"), ("test_augmented_llava/0", "0.53"));
        var score = BenchmarkTable.Find("chartqa").Score(Input(""));
        Assert.Equal(200.0 / 3, score.Value, 1e-9);
        Assert.Equal([("exact match", 100.0 / 3), ("test_human_llava relaxed accuracy", 100), ("test_augmented_llava relaxed accuracy", 0)], score.Parts.Select(part => (part.Name, part.Value)));
    }

    [Fact]
    public void ChartQa_takes_the_test_split_out_of_a_prepared_folder()
    {
        var questions = BenchmarkTable.Find("chartqa").ReadQuestions(GoldenData.Require("preprocess/chartqa/expected"), QuestionSuffix.SingleWord);
        Assert.All(questions, question => Assert.StartsWith("test_augmented_llava/", question.Id.Text));
        Assert.All(questions, question => Assert.EndsWith("\nAnswer the question using a single word or phrase.", question.Text));
        Assert.All(questions, question => Assert.DoesNotContain("<image>", question.Text));
    }

    [Fact]
    public void DocVqa_takes_the_nearest_of_all_accepted_answers()
    {
        _folder.Write("val_v1.0_withQT.json", """{"data": [{"questionId": 7, "answers": ["1 May 1990", "May 1, 1990"]}, {"questionId": 8, "answers": ["total"]}, {"questionId": 9, "answers": ["abcd"]}]}""");
        Answer(("7", "may 1,  1990"), ("8", "nothing"), ("9", "abcx"));
        Assert.Equal([1, 0, 0.75], BenchmarkTable.Find("docvqa").Score(Input("val_v1.0_withQT.json")).Items.Select(item => item.Value));
    }

    [Fact]
    public void DocVqa_measures_lengths_in_upper_case_as_the_challenge_does()
    {
        _folder.Write("val_v1.0_withQT.json", """{"data": [{"questionId": 7, "answers": ["straße"]}, {"questionId": 8, "answers": ["oﬃce"]}]}""");
        Answer(("7", "strae"), ("8", "once"));
        Assert.Equal([1 - 1.0 / 7, 1 - 1.0 / 6], BenchmarkTable.Find("docvqa").Score(Input("val_v1.0_withQT.json")).Items.Select(item => item.Value));
    }

    [Fact]
    public void DocVqa_warns_that_a_prepared_split_has_one_answer_a_question()
    {
        var path = _folder.WriteLines("val_v1.0_withQT_llava.jsonl", Sample("7", "When?", "1990"));
        Answer(("7", "1990"));
        var log = new RecordingLog();
        Assert.Equal(100, BenchmarkTable.Find("docvqa").Score(Input("val_v1.0_withQT_llava.jsonl") with { Log = log }).Value);
        Assert.Equal([$"{path}: warning LLAVA6108: a prepared split has one accepted answer a question, val_v1.0_withQT.json has all: the score comes out low"], log.Lines);
    }

    [Theory]
    [InlineData("b", true)]
    [InlineData("B.", true)]
    [InlineData("(b) stem", true)]
    [InlineData("b) stem", true)]
    [InlineData("stem", true)]
    [InlineData("a", false)]
    [InlineData("before", false)]
    [InlineData("", false)]
    public void Ai2d_takes_the_letter_or_the_words_of_the_right_option(string answer, bool isRight) =>
        Assert.Equal(isRight, Ai2d.IsRight(answer, "b) stem"));

    [Fact]
    public void MmBench_asks_hint_question_and_options_and_counts_a_question_when_all_rotations_are_right()
    {
        WriteMmBench();
        var benchmark = BenchmarkTable.Find("mmbench");
        var questions = benchmark.ReadQuestions(Path.Combine(_folder.Path, "dev.tsv"), benchmark.Suffix);
        Assert.Equal("A hint\nWhich \"one\"?\nA. red\nB. blue", questions[0].Prompt);
        Assert.Equal("Which?\nA. up\nB. down\nAnswer with the option's letter from the given choices directly.", questions[2].Text);
        Assert.Equal([1, 2, 3], questions[0].Image!.Bytes!.Value.ToArray());
        Answer(("5", "A"), ("1000005", "A"), ("6", "（B）down"), ("1000006", "A、"));
        var score = benchmark.Score(Input("dev.tsv"));
        Assert.Equal((50.0, 2), (score.Value, score.QuestionCount));
        Assert.Equal(("accuracy of single rotations", 75.0), score.Parts[0]);
    }

    [Fact]
    public void MmBench_sends_a_spreadsheet_with_the_predictions()
    {
        WriteMmBench();
        Answer(("5", "A"), ("1000005", "<B>"), ("6", "B"), ("1000006", "A"));
        var upload = BenchmarkTable.Find("mmbench").Upload(Input("dev.tsv"))!;
        Assert.Equal("mmbench_upload.xlsx", upload.FileName);
        using var archive = new ZipArchive(new MemoryStream(upload.Content.ToArray()));
        using var sheet = new StreamReader(archive.GetEntry("xl/worksheets/sheet1.xml")!.Open());
        var xml = sheet.ReadToEnd();
        Assert.Contains("""<c r="G1" t="inlineStr"><is><t xml:space="preserve">prediction</t></is></c>""", xml);
        Assert.Contains("""<row r="3"><c r="A3"><v>1000005</v></c>""", xml);
        Assert.Contains("&lt;B&gt;", xml);
        Assert.DoesNotContain("A hint", xml);
        Assert.DoesNotContain("nan", xml);
        Assert.Equal(upload.Content.ToArray(), BenchmarkTable.Find("mmbench").Upload(Input("dev.tsv"))!.Content.ToArray());
    }

    [Fact]
    public void Mme_finds_the_truth_of_a_prompt_that_llava_shortened()
    {
        string[] categories = ["existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark", "artwork", "OCR"];
        var answers = new List<string>();
        foreach (var category in categories)
        {
            _folder.WriteLines($"release/{category}/{(category == "scene" ? "questions_answers_YN/" : "")}0.txt", "Is it?  Please answer yes or no.\tYes", "Is it not? Please answer yes or no.\tNo");
            answers.Add(MmeAnswer(category, "Is it?", "yes"));
            answers.Add(MmeAnswer(category, "Is it not?", "No."));
        }
        _folder.WriteLines("answers.jsonl", [.. answers]);
        Assert.Equal(2000, BenchmarkTable.Find("mme").Score(Input("release")).Value);
    }

    [Fact]
    public void Mme_compares_two_runs_question_by_question_whatever_their_order()
    {
        string[] pictures = ["0", "1", "2", "3"];
        var answers = new List<string[]>();
        foreach (var picture in pictures)
        {
            _folder.WriteLines($"release/existence/{picture}.txt", "Is it?  Please answer yes or no.\tYes", "Is it not? Please answer yes or no.\tNo");
            answers.Add([MmeAnswer("existence", "Is it?", picture is "0" ? "yes" : "no", picture), MmeAnswer("existence", "Is it not?", picture is "2" ? "yes" : "no", picture)]);
        }
        BenchmarkScore Score(IEnumerable<string> lines)
        {
            _folder.WriteLines("answers.jsonl", [.. lines]);
            return BenchmarkTable.Find("mme").Score(Input("release") with { IsPartial = true });
        }
        var inOrder = Score(answers.SelectMany(pair => pair));
        var shuffled = Score(((int[])[2, 0, 3, 1]).SelectMany(place => answers[place].Reverse()));
        Assert.Equal(inOrder.Value, shuffled.Value);
        Assert.Equal(0, PairedTest.Compare(inOrder, shuffled).DifferingQuestions);
    }

    public void Dispose() => _folder.Dispose();

    ScoringInput Input(string annotations) => new(Path.Combine(_folder.Path, "answers.jsonl"), Path.TrimEndingDirectorySeparator(Path.Combine(_folder.Path, annotations)));

    void Answer(params (string Id, string Text)[] answers) =>
        _folder.WriteLines("answers.jsonl", [.. answers.Select(answer => $$"""{"question_id": "{{answer.Id}}", "prompt": "", "text": "{{answer.Text}}"}""")]);

    void WriteMmBench() => _folder.WriteLines(
        "dev.tsv",
        "index\tquestion\thint\tA\tB\tC\tD\tanswer\tcategory\timage\tsource\tl2-category\tcomment\tsplit",
        "5\t\"Which \"\"one\"\"?\"\tA hint\tred\tblue\t\t\tA\tcolour\tAQID\ts\tl\t\tdev",
        "1000005\tWhich?\tnan\tblue\tred\tnan\t\tA\tcolour\tAQID\ts\tl\t\tdev",
        "6\tWhich?\t\tup\tdown\t\t\tB\tplace\tAQID\ts\tl\t\tdev",
        "1000006\tWhich?\t\tdown\tup\t\t\tB\tplace\tAQID\ts\tl\t\tdev");

    static string Sample(string id, string question, string answer) =>
        $$"""{"id": {{id}}, "image": "a.png", "conversations": [{"from": "human", "value": "<image>\n{{question}}"}, {"from": "gpt", "value": "{{answer}}"}]}""";

    static string MmeAnswer(string category, string question, string text, string picture = "0") =>
        $$"""{"question_id": "{{category}}/{{picture}}.jpg", "prompt": "{{question}}\nAnswer the question using a single word or phrase.", "text": "{{text}}"}""";
}
