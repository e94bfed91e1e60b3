using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Answering;

/// <param name="Picture">Null for a question about no picture.</param>
sealed record AskedQuestion(Question Question, PictureFile? Picture);

/// <summary>A picture on the disk, or in the question file.</summary>
/// <param name="Name">Its path; of one in the question file a name for it.</param>
/// <param name="Hash">SHA-256 of the file, in hex.</param>
sealed record PictureFile(string Name, string Hash)
{
    /// <summary>Null on the disk.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }
}

/// <summary>Answers all the questions. A question has the same answer in any batch.</summary>
/// <param name="answered">Called as each batch of them ends, with their places and texts.</param>
delegate void AnswerQuestions(IReadOnlyList<AskedQuestion> questions, Action<IReadOnlyList<(int Place, string Text)>> answered, CancellationToken cancellation);
