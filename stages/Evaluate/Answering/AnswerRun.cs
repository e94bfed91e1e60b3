using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Llava.Contracts.Progress;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Answering;

/// <summary>Puts questions to a model and keeps the answers in a file, from where an earlier run stopped.</summary>
/// <param name="modelId">The model's name in the answers.</param>
/// <param name="settings">Digest of all that the answers depend on but for the questions: weights, length, blank pictures.</param>
/// <param name="chunkQuestions">Answered and saved together.</param>
sealed class AnswerRun(AnswerQuestions answer, PictureSource pictures, string modelId, string settings, int chunkQuestions)
{
    const int AnswerIdCharacters = 22;

    /// <param name="activity">What the progress is called.</param>
    public IReadOnlyList<Answer> Run(IReadOnlyList<Question> questions, string path, string activity, IStageLog log, CancellationToken cancellation)
    {
        using var journal = AnswerJournal.Open(path, questions.Count, index => AnswerId(index, Look(questions[index])));
        var answers = new List<Answer>(journal.Kept);
        if (answers.Count > 0)
            log.Information(string.Create(CultureInfo.InvariantCulture, $"{activity}: {answers.Count} of {questions.Count} answers are there already"));
        while (answers.Count < questions.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            log.Progress(new StageProgress(activity, answers.Count, questions.Count, "questions"));
            var chunk = AnswerChunk(questions, answers.Count, cancellation);
            journal.Append(chunk);
            answers.AddRange(chunk);
        }
        log.Progress(new StageProgress(activity, answers.Count, questions.Count, "questions"));
        journal.Complete();
        return answers;
    }

    IReadOnlyList<Answer> AnswerChunk(IReadOnlyList<Question> questions, int start, CancellationToken cancellation)
    {
        AskedQuestion[] asked = [.. questions.Skip(start).Take(chunkQuestions).Select(Look)];
        var texts = answer(asked, cancellation);
        return [.. asked.Select((item, place) => new Answer(item.Question.Id, item.Question.Prompt, texts[place], AnswerId(start + place, item), modelId))];
    }

    AskedQuestion Look(Question question) => new(question, pictures.Find(question.Image));

    string AnswerId(int index, AskedQuestion asked)
    {
        var all = string.Create(CultureInfo.InvariantCulture, $"{settings}\n{index}\n{asked.Question.Id}\n{asked.Picture?.Hash}\n{asked.Question.Text}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..AnswerIdCharacters];
    }
}
