namespace Llava.Data.Tokenization;

/// <summary>One entry of a vocabulary; its place in the list is its id. Spaces are written as U+2581.</summary>
internal readonly record struct VocabularyPiece(string Text, float Score, PieceKind Kind)
{
    /// <summary>Whether the piece may come out of joining characters of a text.</summary>
    public bool IsText => Kind is PieceKind.Normal or PieceKind.UserDefined;
}
