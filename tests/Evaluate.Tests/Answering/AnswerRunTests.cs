using Llava.Evaluate.Answering;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Tests.Answering;

public sealed class AnswerRunTests : IDisposable
{
    const int QuestionCount = 7;
    const int BatchSize = 2;

    readonly TemporaryFolder _folder = new();
    readonly List<string> _asked = [];
    readonly RecordingLog _log = new();

    [Fact]
    public void A_run_stopped_within_a_chunk_asks_nothing_again_that_was_answered_and_ends_in_the_same_bytes()
    {
        Run();
        var whole = File.ReadAllBytes(AnswersPath);
        File.Delete(AnswersPath);
        _asked.Clear();

        Assert.Throws<OperationCanceledException>(() => Run(stopAfter: 4));
        Assert.False(File.Exists(AnswersPath));
        Assert.Equal(["question 0", "question 1", "question 2", "question 3"], _asked);
        File.AppendAllText(PartialPath, "{\"question_id\": 4, \"te" + new string('x', 200_000));
        Run();

        Assert.Equal(Enumerable.Range(0, QuestionCount).Select(index => $"question {index}"), _asked);
        Assert.Contains("answering: 4 of 7 answers are there already", _log.Lines);
        Assert.Equal(whole, File.ReadAllBytes(AnswersPath));
        Assert.Equal(["answers.jsonl"], Answers());
    }

    [Fact]
    public void Complete_answers_are_kept_without_asking_again()
    {
        Run();
        _asked.Clear();
        Assert.Equal(QuestionCount, Run().Count);
        Assert.Empty(_asked);
    }

    [Fact]
    public void Answers_of_another_model_are_not_taken_and_stay_until_its_own_are_complete()
    {
        Run();
        var first = File.ReadAllBytes(AnswersPath);
        _asked.Clear();
        Assert.Throws<OperationCanceledException>(() => Run("another", stopAfter: 2));
        Assert.Contains("answering: 7 answers of another model, with other settings or to other questions are replaced once these are complete", _log.Lines);
        Assert.Equal(first, File.ReadAllBytes(AnswersPath));

        // Back to the first: its answers are all there, and those of the other are not in the way.
        Run();
        Assert.Equal(2, _asked.Count);
        Assert.Equal(first, File.ReadAllBytes(AnswersPath));

        Run("another");
        Assert.Equal(2 + QuestionCount, _asked.Count);
        Assert.NotEqual(first, File.ReadAllBytes(AnswersPath));
        Assert.Equal(["answers.jsonl"], Answers());
    }

    [Fact]
    public void A_limit_keeps_the_finished_answers_beyond_it()
    {
        Run();
        var whole = File.ReadAllBytes(AnswersPath);
        _asked.Clear();

        Assert.Equal(3, Run(limit: 3).Count);
        Assert.Equal(3, File.ReadLines(AnswersPath).Count());
        Assert.Contains("answering: 4 answers of another model, with other settings or to other questions are kept", _log.Lines);
        Run();

        Assert.Empty(_asked);
        Assert.Equal(whole, File.ReadAllBytes(AnswersPath));
        Assert.Equal(["answers.jsonl"], Answers());
    }

    [Fact]
    public void A_limit_keeps_answers_that_others_wrote_without_ids()
    {
        string[] foreign = [.. Enumerable.Range(0, 2).Select(id => $$"""{"question_id": {{id}}, "prompt": "question {{id}}", "text": "yes"}""")];
        _folder.WriteLines("answers.jsonl", foreign);
        Run(limit: 3);
        Assert.Equal(["yes", "yes"], AnswerFile.Read(PartialPath).Select(answer => answer.Text));
    }

    [Fact]
    public void After_a_limit_only_the_other_questions_are_asked()
    {
        Run(limit: 3);
        _asked.Clear();
        Assert.Equal(QuestionCount, Run().Count);
        Assert.Equal(["question 3", "question 4", "question 5", "question 6"], _asked);
    }

    [Fact]
    public void A_picture_that_changed_is_asked_about_again_and_no_other()
    {
        Run();
        _asked.Clear();
        File.WriteAllText(Path.Combine(_folder.Path, "3.png"), "another picture");
        Run();
        Assert.Equal(["question 3"], _asked);
    }

    [Fact]
    public void The_same_question_twice_has_two_answers()
    {
        var question = Questions()[0];
        Assert.Equal(2, Run(questions: [question, question]).Select(answer => answer.AnswerId).Distinct().Count());
        Assert.Equal(2, File.ReadLines(AnswersPath).Count());
    }

    [Fact]
    public void Questions_about_one_picture_are_asked_together_and_written_in_their_own_order()
    {
        Question[] questions = [.. Enumerable.Range(0, 12).Select(index => new Question(new QuestionId($"{index}", IsNumber: true), $"question {index}", $"question {index}", index == 5 ? null : new QuestionImage($"{index % 3}.png")))];
        Questions();
        var answers = Run(questions: questions);
        Assert.Equal("0 3 6 9 1 4 7 10 2 8 11 5", string.Join(' ', _asked.Select(text => text["question ".Length..])));
        Assert.Equal(questions.Select(question => question.Id), answers.Select(answer => answer.Id));
        Assert.All(File.ReadLines(AnswersPath).Index(), line => Assert.StartsWith($"{{\"question_id\": {line.Index}, ", line.Item, StringComparison.Ordinal));
    }

    [Fact]
    public void No_more_pictures_are_asked_about_at_a_time_than_are_kept()
    {
        Question[] questions = [.. Enumerable.Range(0, 10).Select(index => new Question(new QuestionId($"{index}", IsNumber: true), "", "", new QuestionImage($"{index % 5}.png")))];
        var chunks = new AskingOrder(ChunkQuestions: 100, ChunkPictures: 2).Chunks(questions, Enumerable.Range(0, 10));
        Assert.Equal(["0 5 1 6", "2 7 3 8", "4 9"], chunks.Select(chunk => string.Join(' ', chunk)));
    }

    [Fact]
    public void An_answer_line_is_the_reference_formats()
    {
        Run();
        var line = File.ReadLines(AnswersPath).First();
        Assert.Matches("""^\{"question_id": 0, "prompt": "question 0", "text": "answer to question 0 \\u00e9", "answer_id": "[0-9a-f]{22}", "model_id": "tiny", "metadata": \{\}\}$""", line);
    }

    public void Dispose() => _folder.Dispose();

    string AnswersPath => Path.Combine(_folder.Path, "answers.jsonl");

    string PartialPath => Path.Combine(_folder.Path, "answers.partial.jsonl");

    IEnumerable<string?> Answers() => Directory.GetFiles(_folder.Path, "answers*").Select(Path.GetFileName);

    IReadOnlyList<Answer> Run(string settings = "m", int stopAfter = int.MaxValue, int? limit = null, Question[]? questions = null)
    {
        using var stop = new CancellationTokenSource();
        var run = new AnswerRun(
            (chunk, answered, cancellation) =>
            {
                foreach (var batch in chunk.Index().Chunk(BatchSize))
                {
                    cancellation.ThrowIfCancellationRequested();
                    _asked.AddRange(batch.Select(asked => asked.Item.Question.Text));
                    answered([.. batch.Select(asked => (asked.Index, $"answer to {asked.Item.Question.Text} é"))]);
                    if (_asked.Count >= stopAfter)
                        stop.Cancel();
                }
            },
            new PictureSource(new ImageFolder(_folder.Path), "q.jsonl"),
            "tiny",
            settings,
            new AskingOrder(ChunkQuestions: 6, ChunkPictures: 6));
        return run.Run([.. (questions ?? Questions()).Take(limit ?? int.MaxValue)], AnswersPath, "answering", keepsOthers: limit is not null, _log, stop.Token);
    }

    Question[] Questions()
    {
        for (var index = 0; index < QuestionCount; index++)
        {
            if (!File.Exists(Path.Combine(_folder.Path, $"{index}.png")))
                _folder.Write($"{index}.png", $"picture {index}");
        }
        return [.. Enumerable.Range(0, QuestionCount).Select(index => new Question(new QuestionId($"{index}", IsNumber: true), $"question {index}", $"question {index}", new QuestionImage($"{index}.png")))];
    }
}
