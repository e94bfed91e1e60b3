using System.Globalization;

namespace Llava.Data.Tokenization;

/// <summary>What a tokenizer's files may claim: an id makes room for all below it, and a piece is cut at every place.</summary>
internal static class VocabularyLimits
{
    /// <summary>Four times the largest vocabulary in use.</summary>
    public const int MostTokens = 1 << 20;

    /// <summary>UTF-16 units; SentencePiece makes pieces of 16 characters unless told otherwise.</summary>
    public const int LongestPiece = 1024;

    /// <exception cref="FormatException">No vocabulary has such an id.</exception>
    public static int RequireId(int id, string token) => id is >= 0 and < MostTokens
        ? id
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"the id of '{token}' is {id}; at most {MostTokens} tokens are read"));
}
