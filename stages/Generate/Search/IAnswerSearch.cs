namespace Llava.Generate.Search;

/// <summary>The answer to one request while it grows, in one row of the batch or in several.</summary>
interface IAnswerSearch
{
    /// <summary>Index of the request it answers.</summary>
    int Request { get; }

    bool IsFinished { get; }

    /// <summary>The rows to go on with: each continues one of the rows before, by its place among them, with one more token.</summary>
    IReadOnlyList<(int Parent, int Id)> Rows { get; }

    /// <param name="logits_RV">Scores of each row's next token, row after row.</param>
    void Advance(ReadOnlySpan<float> logits_RV);

    /// <summary>Text that is certain by now and was not told yet.</summary>
    string NextPiece();

    GenerationResult ToResult();
}
