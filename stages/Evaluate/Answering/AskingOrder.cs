using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Answering;

/// <summary>
/// The order in which questions are put: those about one picture stand together, wherever their file has them, so that the picture goes through the
/// vision tower once. Pictures come in the order of their first questions.
/// </summary>
/// <param name="ChunkQuestions">So many, and what else there is about the last one's picture, are handed over together: prompts of like length find each other there.</param>
/// <param name="ChunkPictures">No more than that many pictures at a time, since no more are kept.</param>
sealed record AskingOrder(int ChunkQuestions, int ChunkPictures)
{
    /// <param name="places">Of the questions to put.</param>
    public IEnumerable<IReadOnlyList<int>> Chunks(IReadOnlyList<Question> questions, IEnumerable<int> places)
    {
        var (chunk, pictures) = (new List<int>(), 0);
        foreach (var group in places.GroupBy(place => questions[place].Image?.Name ?? "", StringComparer.Ordinal))
        {
            chunk.AddRange(group);
            if (chunk.Count < ChunkQuestions && ++pictures < ChunkPictures)
                continue;
            yield return chunk;
            (chunk, pictures) = ([], 0);
        }
        if (chunk.Count > 0)
            yield return chunk;
    }
}
