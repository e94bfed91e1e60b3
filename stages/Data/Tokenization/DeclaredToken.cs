namespace Llava.Data.Tokenization;

/// <summary>A token as a tokenizer's json files declare it.</summary>
/// <param name="Id">Null where the file leaves it to the vocabulary.</param>
/// <param name="Normalized">Null where the file does not say.</param>
internal sealed record DeclaredToken(
    string Content,
    int? Id,
    bool? Normalized,
    bool SingleWord = false,
    bool StripLeft = false,
    bool StripRight = false,
    bool Special = true);
