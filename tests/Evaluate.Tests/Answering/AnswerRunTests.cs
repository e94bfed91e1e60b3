using Llava.Evaluate.Answering;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Tests.Answering;

public sealed class AnswerRunTests : IDisposable
{
    const int QuestionCount = 7;

    readonly TemporaryFolder _folder = new();
    readonly List<string> _asked = [];

    [Fact]
    public void A_stopped_run_goes_on_where_it_was_and_ends_in_the_same_bytes()
    {
        Run(settings: "m", stopAfter: int.MaxValue);
        var whole = File.ReadAllBytes(AnswersPath);
        File.Delete(AnswersPath);
        _asked.Clear();

        Assert.Throws<OperationCanceledException>(() => Run("m", stopAfter: 4));
        Assert.False(File.Exists(AnswersPath));
        File.AppendAllText(PartialPath, "{\"question_id\": 4, \"te");
        Run("m", stopAfter: int.MaxValue);

        Assert.Equal(Enumerable.Range(0, QuestionCount).Select(index => $"question {index}"), _asked);
        Assert.Equal(whole, File.ReadAllBytes(AnswersPath));
        Assert.False(File.Exists(PartialPath));
    }

    [Fact]
    public void Complete_answers_are_kept_without_asking_again()
    {
        Run("m", stopAfter: int.MaxValue);
        _asked.Clear();
        Assert.Equal(QuestionCount, Run("m", stopAfter: int.MaxValue).Count);
        Assert.Empty(_asked);
    }

    [Fact]
    public void Answers_of_another_model_are_not_kept()
    {
        Run("m", stopAfter: int.MaxValue);
        _asked.Clear();
        Run("another", stopAfter: int.MaxValue);
        Assert.Equal(QuestionCount, _asked.Count);
    }

    [Fact]
    public void Answers_behind_a_picture_that_changed_are_asked_again()
    {
        Run("m", stopAfter: int.MaxValue);
        _asked.Clear();
        File.WriteAllText(Path.Combine(_folder.Path, "3.png"), "another picture");
        Run("m", stopAfter: int.MaxValue);
        Assert.Equal(["question 3", "question 4", "question 5", "question 6"], _asked);
    }

    [Fact]
    public void An_answer_line_is_the_reference_formats()
    {
        Run("m", stopAfter: int.MaxValue);
        var line = File.ReadLines(AnswersPath).First();
        Assert.Matches("""^\{"question_id": 0, "prompt": "question 0", "text": "answer to question 0 \\u00e9", "answer_id": "[0-9a-f]{22}", "model_id": "tiny", "metadata": \{\}\}$""", line);
    }

    public void Dispose() => _folder.Dispose();

    string AnswersPath => Path.Combine(_folder.Path, "answers.jsonl");

    string PartialPath => Path.Combine(_folder.Path, "answers.partial.jsonl");

    IReadOnlyList<Answer> Run(string settings, int stopAfter)
    {
        using var stop = new CancellationTokenSource();
        var run = new AnswerRun(
            (questions, _) =>
            {
                _asked.AddRange(questions.Select(asked => asked.Question.Text));
                if (_asked.Count >= stopAfter)
                    stop.Cancel();
                return [.. questions.Select(asked => $"answer to {asked.Question.Text} é")];
            },
            new PictureSource(new ImageFolder(_folder.Path), "q.jsonl", _folder.Path),
            "tiny",
            settings,
            chunkQuestions: 2);
        return run.Run(Questions(), AnswersPath, "answering", new RecordingLog(), stop.Token);
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
