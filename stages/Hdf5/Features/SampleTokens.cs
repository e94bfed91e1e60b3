using Llava.Data.TextCleaning;
using Llava.Data.Tokenization;
using Llava.Hdf5.Configuration;

namespace Llava.Hdf5.Features;

/// <summary>What both phases share: the special ids, and a turn's text as ids.</summary>
sealed class SampleTokens
{
    readonly LlamaTokenizer _tokenizer;
    readonly TextCleaner _cleaner;
    readonly DatasetSection _dataset;

    public SampleTokens(Hdf5Config config, LlamaTokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _dataset = config.Dataset;
        _cleaner = new TextCleaner(new TextCleaningOptions(_dataset.UseFtfy, NormalForm(_dataset.FtfyNormalizer), _dataset.WikitextDetokenize));
        BosId = tokenizer.BosId;
        EosId = config.Processing.EosId ?? tokenizer.EosId;
        // An eos of one's own is the pad as well, unless there is one of those too.
        PadId = config.Processing.PadId ?? config.Processing.EosId ?? tokenizer.PadId;
        SpaceId = tokenizer.FindPiece(LlamaTokenizer.SpaceMark.ToString()) ?? tokenizer.UnknownId;
    }

    public int BosId { get; }

    public int EosId { get; }

    public int PadId { get; }

    /// <summary>The piece that is a single space.</summary>
    public int SpaceId { get; }

    public int VocabularySize => _tokenizer.VocabularySize;

    /// <summary>Without cleaning: for prefixes and system prompts.</summary>
    public int[] Encode(string text) => _tokenizer.Encode(text);

    /// <param name="hasImage">The image token is taken out.</param>
    public void EncodePrompt(string prompt, bool hasImage, TokenBuffer ids) =>
        EncodeCompletion(hasImage ? prompt.Replace(_dataset.ImageToken, "", StringComparison.Ordinal) : prompt, ids);

    public void EncodeCompletion(string completion, TokenBuffer ids)
    {
        ids.Clear();
        _tokenizer.Encode(_cleaner.Clean(completion), ids);
    }

    static UnicodeForm NormalForm(string name) => name == "None" ? UnicodeForm.None : Enum.Parse<UnicodeForm>(name, ignoreCase: true);
}
