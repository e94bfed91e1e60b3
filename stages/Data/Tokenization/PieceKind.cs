namespace Llava.Data.Tokenization;

/// <summary>What a vocabulary entry is; the numbers are SentencePiece's own.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
