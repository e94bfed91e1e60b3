using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Benchmarks;

namespace Llava.Evaluate.Tests.Benchmarks;

/// <summary>Files that do not belong together are refused, where a script would give a wrong number.</summary>
public sealed class MisalignedAnnotationsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void Pope_labels_with_other_rows_are_refused()
    {
        WritePope(labelled: ["a cat", "a dog", "a cup"], asked: ["a cat", "a dog"]);
        Assert.Equal(
            $"{_folder.Path}/coco/coco_pope_random.json: error LLAVA6107: 3 labels, but 2 random questions in {_folder.Path}/llava_pope_test.jsonl; take the labels of POPE commit e3e39262",
            Message("pope", "answers.jsonl", ""));
    }

    [Fact]
    public void Pope_labels_in_another_order_are_refused()
    {
        WritePope(labelled: ["a dog", "a cat"], asked: ["a cat", "a dog"]);
        Assert.Equal(
            $"{_folder.Path}/coco/coco_pope_random.json: error LLAVA6107: the label of \"Is there a dog in the image?\" (p.jpg) stands where {_folder.Path}/llava_pope_test.jsonl(1) asks \"Is there a cat in the image?\" (p.jpg); take the labels of POPE commit e3e39262",
            Message("pope", "answers.jsonl", ""));
    }

    [Fact]
    public void Pope_is_scored_where_rows_and_questions_are_the_same()
    {
        WritePope(labelled: ["a cat", "a dog"], asked: ["a cat", "a dog"]);
        Assert.Equal(100, BenchmarkTable.Find("pope").Score(Input("answers.jsonl", "")).Value);
    }

    [Fact]
    public void A_missing_answer_is_refused()
    {
        WriteGqa("""{"question_id": "1", "text": "yes"}""");
        Assert.Equal($"{_folder.Path}/answers.jsonl: error LLAVA6106: 1 of 2 questions in {_folder.Path}/gqa.json have no answer: 2", Message("gqa", "answers.jsonl", "gqa.json"));
    }

    [Fact]
    public void A_question_answered_twice_is_refused()
    {
        WriteGqa("""{"question_id": "1", "text": "yes"}""", """{"question_id": "2", "text": "no"}""", """{"question_id": 2, "text": "yes"}""");
        Assert.Equal($"{_folder.Path}/answers.jsonl: error LLAVA6104: 1 questions are answered twice: 2", Message("gqa", "answers.jsonl", "gqa.json"));
    }

    [Fact]
    public void An_answer_to_an_unknown_question_is_refused()
    {
        WriteGqa("""{"question_id": "1", "text": "yes"}""", """{"question_id": "2", "text": "no"}""", """{"question_id": "3", "text": "yes"}""");
        Assert.Equal($"{_folder.Path}/gqa.json: error LLAVA6107: 1 answers in {_folder.Path}/answers.jsonl are to questions that are not here: 3", Message("gqa", "answers.jsonl", "gqa.json"));
    }

    [Fact]
    public void A_broken_line_of_answers_is_named()
    {
        WriteGqa("""{"question_id": "1", "text": "yes"}""", "{\"question_id\"");
        Assert.Equal(
            $"{_folder.Path}/answers.jsonl(2): error LLAVA6105: the line is not an answer: {{\"question_id\", \"prompt\", \"text\", …}} is expected",
            Message("gqa", "answers.jsonl", "gqa.json"));
    }

    [Fact]
    public void Half_a_character_in_a_file_is_refused()
    {
        WriteGqa("""{"question_id": "1", "text": "yes"}""", """{"question_id": "2", "text": "\ud800"}""");
        Assert.StartsWith($"{_folder.Path}/answers.jsonl(2): error LLAVA6105: the line is not an answer: ", Message("gqa", "answers.jsonl", "gqa.json"), StringComparison.Ordinal);
        WriteGqa("""{"question_id": "1", "text": "yes"}""", """{"question_id": "2", "text": "no"}""");
        _folder.Write("gqa.json", """{"1": {"answer": "\udfff"}}""");
        Assert.Equal(
            $"{_folder.Path}/gqa.json: error LLAVA6108: the file holds text that is no Unicode: half a surrogate pair, or bytes that are not UTF-8",
            Message("gqa", "answers.jsonl", "gqa.json"));
    }

    [Fact]
    public void A_score_of_a_server_is_not_made_up()
    {
        WriteGqa("""{"question_id": "1", "text": "yes"}""");
        Assert.StartsWith($"{_folder.Path}/answers.jsonl: error LLAVA6109: VQAv2 test-dev is scored by a server", Message("vqav2", "answers.jsonl", "gqa.json"));
    }

    [Fact]
    public void Mme_results_without_a_category_of_perception_are_refused()
    {
        _folder.WriteLines("results/existence.txt", "a.txt\tIs it?\tYes\tYes", "a.txt\tIs it not?\tNo\tNo");
        Assert.Equal(
            $"{_folder.Path}/results: error LLAVA6106: there is no answer in count, position, color, posters, celebrity, scene, landmark, artwork, OCR: the headline is a sum over all of perception",
            Message("mme", "results", "results"));
    }

    [Theory]
    [InlineData("[-1, -1]")]
    [InlineData("[null, 7]")]
    [InlineData("[\"8\", \"7\"]")]
    [InlineData("[8]")]
    public void A_review_without_marks_is_refused(string marks)
    {
        _folder.WriteLines("reviews.jsonl", """{"question_id": 0, "category": "c", "tuple": [8, 7]}""", $$"""{"question_id": 1, "category": "c", "tuple": {{marks}}}""");
        Assert.Equal($"{_folder.Path}/reviews.jsonl(2): error LLAVA6105: the review of question 1 has no pair of marks", Message("llavabench", "reviews.jsonl", "reviews.jsonl"));
    }

    [Fact]
    public void An_unknown_benchmark_names_the_nearest() =>
        Assert.Equal("llava: error LLAVA6101: there is no benchmark \"chartqq\"; did you mean chartqa?", Assert.Throws<DiagnosticException>(() => BenchmarkTable.Find("chartqq")).Message);

    public void Dispose() => _folder.Dispose();

    string Message(string benchmark, string answers, string annotations) =>
        Assert.Throws<DiagnosticException>(() => BenchmarkTable.Find(benchmark).Score(Input(answers, annotations))).Message;

    ScoringInput Input(string answers, string annotations) =>
        new(Path.Combine(_folder.Path, answers), Path.TrimEndingDirectorySeparator(Path.Combine(_folder.Path, annotations)));

    void WriteGqa(params string[] answers)
    {
        _folder.Write("gqa.json", """{"1": {"answer": "yes"}, "2": {"answer": "no"}}""");
        _folder.WriteLines("answers.jsonl", answers);
    }

    void WritePope(string[] labelled, string[] asked)
    {
        _folder.WriteLines("coco/coco_pope_random.json", [.. labelled.Select(thing => Line(new { image = "p.jpg", text = $"Is there {thing} in the image?", label = thing == "a dog" ? "no" : "yes" }))]);
        _folder.WriteLines("llava_pope_test.jsonl", [.. asked.Select((thing, index) => Line(new { question_id = index, image = "p.jpg", text = $"Is there {thing} in the image?\nAnswer the question using a single word or phrase.", category = "random" }))]);
        _folder.WriteLines("answers.jsonl", [.. asked.Select((thing, index) => Line(new { question_id = index, text = thing == "a dog" ? "No" : "Yes" }))]);
    }

    static string Line(object value) => JsonSerializer.Serialize(value);
}
