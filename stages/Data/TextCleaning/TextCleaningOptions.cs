namespace Llava.Data.TextCleaning;

/// <summary>What is done to prompts and completions before they become tokens; defaults as in ModelZoo's H5 preprocessing.</summary>
/// <param name="UseFtfy"><c>use_ftfy</c>: repair damaged text.</param>
/// <param name="FtfyNormalizer"><c>ftfy_normalizer</c>; it counts only where <paramref name="UseFtfy"/> is on.</param>
/// <param name="WikitextDetokenize"><c>wikitext_detokenize</c>: undo WikiText's tokenisation.</param>
public sealed record TextCleaningOptions(
    bool UseFtfy = true,
    UnicodeForm FtfyNormalizer = UnicodeForm.Nfc,
    bool WikitextDetokenize = false);
