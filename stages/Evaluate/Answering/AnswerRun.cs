using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Llava.Contracts.Progress;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Answering;

/// <summary>Puts questions to a model and keeps the answers in a file; those that an earlier run got are not asked for again.</summary>
/// <param name="modelId">The model's name in the answers.</param>
/// <param name="settings">Digest of all that the answers depend on but for the questions: weights, length, blank pictures.</param>
sealed class AnswerRun(AnswerQuestions answer, PictureSource pictures, string modelId, string settings, AskingOrder order)
{
    const int AnswerIdCharacters = 22;

    /// <param name="path">Receives the answers, in the order of the questions.</param>
    /// <param name="activity">What the progress is called.</param>
    /// <param name="keepsOthers">As for <see cref="AnswerJournal.Complete"/>.</param>
    public IReadOnlyList<Answer> Run(IReadOnlyList<Question> questions, string path, string activity, bool keepsOthers, IStageLog log, CancellationToken cancellation)
    {
        using var journal = new AnswerJournal(path);
        var repeats = Repeats(questions);
        Answer?[] answers = [.. questions.Select((question, place) => journal.Find(question, () => AnswerId(Look(question), repeats[place])))];
        var done = answers.Count(known => known is not null);
        TellOfKnown(journal, done, answers.Length, activity, keepsOthers, log);
        TellProgress();
        foreach (var chunk in order.Chunks(questions, Enumerable.Range(0, questions.Count).Where(place => answers[place] is null)))
        {
            cancellation.ThrowIfCancellationRequested();
            AskedQuestion[] asked = [.. chunk.Select(place => Look(questions[place]))];
            answer(asked, batch => Keep(chunk, asked, batch), cancellation);
        }
        journal.Complete([.. answers.OfType<Answer>()], keepsOthers);
        return [.. answers.OfType<Answer>()];

        void Keep(IReadOnlyList<int> chunk, AskedQuestion[] asked, IReadOnlyList<(int Place, string Text)> batch)
        {
            foreach (var (place, text) in batch)
            {
                var (question, number) = (asked[place].Question, chunk[place]);
                answers[number] = new Answer(question.Id, question.Prompt, text, AnswerId(asked[place], repeats[number]), modelId);
            }
            journal.Append(batch.Select(item => answers[chunk[item.Place]]!));
            done += batch.Count;
            TellProgress();
        }

        void TellProgress() => log.Progress(new StageProgress(activity, done, questions.Count, "questions"));
    }

    static void TellOfKnown(AnswerJournal journal, int own, int questionCount, string activity, bool keepsOthers, IStageLog log)
    {
        if (own > 0)
            log.Information(string.Create(CultureInfo.InvariantCulture, $"{activity}: {own} of {questionCount} answers are there already"));
        if (journal.KnownCount - own is var others and > 0)
            log.Information(string.Create(CultureInfo.InvariantCulture, $"{activity}: {others} answers of another model, with other settings or to other questions {(keepsOthers ? "are kept" : "are replaced once these are complete")}"));
    }

    AskedQuestion Look(Question question) => new(question, pictures.Find(question.Image));

    // How often the very same question came before: TextVQA's ids are pictures.
    static int[] Repeats(IReadOnlyList<Question> questions)
    {
        var seen = new Dictionary<(string, string, string?), int>();
        return [.. questions.Select(question => Next((question.Id.Text, question.Text, question.Image?.Name)))];

        int Next((string, string, string?) key) => (seen[key] = seen.GetValueOrDefault(key, -1) + 1);
    }

    string AnswerId(AskedQuestion asked, int repeat)
    {
        var all = string.Create(CultureInfo.InvariantCulture, $"{settings}\n{repeat}\n{asked.Question.Id}\n{asked.Picture?.Hash}\n{asked.Question.Text}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..AnswerIdCharacters];
    }
}
