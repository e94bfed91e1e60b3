namespace Llava.Data.Tokenization;

/// <summary>A token that is looked for literally, before any merging. The flags are those of Hugging Face's files.</summary>
/// <param name="Pattern">What is searched for: the content, or what becomes of it when spaces are marked.</param>
/// <param name="Normalized">Looked for after spaces were written as U+2581, so that it needs a space or the text's beginning before it.</param>
/// <param name="SingleWord">Only where no letter, digit or underscore stands beside it.</param>
/// <param name="StripLeft">Takes the white space before it along.</param>
/// <param name="StripRight">Takes the white space behind it along.</param>
/// <param name="Special">Marks structure (bos, eos …), and is left out of decoded text.</param>
internal sealed record AddedToken(
    int Id,
    string Content,
    string Pattern,
    bool Normalized,
    bool SingleWord = false,
    bool StripLeft = false,
    bool StripRight = false,
    bool Special = true);
