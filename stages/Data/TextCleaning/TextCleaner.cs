namespace Llava.Data.TextCleaning;

/// <summary>Cleans one prompt or completion. Immutable and thread-safe; a text that needs nothing comes back as the same string.</summary>
public sealed class TextCleaner(TextCleaningOptions options)
{
    readonly TextFixer? _fixer = options.UseFtfy ? new TextFixer(options.FtfyNormalizer) : null;

    public string Clean(string text)
    {
        if (_fixer is not null)
            text = _fixer.Fix(text);
        return options.WikitextDetokenize ? WikitextDetokenizer.Detokenize(text) : text;
    }
}
