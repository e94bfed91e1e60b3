using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Answering;

/// <param name="Picture">Null for a question about no picture.</param>
sealed record AskedQuestion(Question Question, PictureFile? Picture);

/// <summary>A picture on the disk.</summary>
/// <param name="Hash">SHA-256 of the file, in hex.</param>
sealed record PictureFile(string Path, string Hash);

/// <summary>Answers in the order of the questions. A question has the same answer in any batch.</summary>
delegate IReadOnlyList<string> AnswerQuestions(IReadOnlyList<AskedQuestion> questions, CancellationToken cancellation);
