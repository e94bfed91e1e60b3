using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>The tokenizer that goes with an export, checked before anything is written.</summary>
static class ExportTokenizer
{
    public static string FolderOf(ConvertOptions options, LlavaCheckpoint source)
    {
        if (options.TokenizerFolder is { } chosen && LlavaCheckpoint.FindTokenizer(chosen) is null)
            throw ErrorCatalog.FileNotFound.Fails(chosen, "no tokenizer.model or tokenizer.json in this folder");
        return options.TokenizerFolder ?? source.TokenizerFolder
            ?? throw ErrorCatalog.FileNotFound.Fails(options.Source, "no tokenizer beside the checkpoint; an exported model needs its files: give the folder with --tokenizer");
    }

    /// <param name="source">Tokens that <see cref="ModelFormat.LlavaHf"/> added are taken away again, and not counted.</param>
    public static void WarnOfLength(string tokenizer, int vocabulary, ModelFormat source, IStageLog log)
    {
        if (TokenizerLength.Of(tokenizer, source == ModelFormat.LlavaHf ? vocabulary : int.MaxValue) is { } length && length.Tokens != vocabulary)
            log.Warning(ErrorCatalog.TokenizerLengthDiffers.Warns(length.Path, $"{length.Description}, but vocab_size is {vocabulary}; LLaVA's loader would resize the embeddings"));
    }
}
