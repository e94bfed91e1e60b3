using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Model.Mapping;

namespace Llava.Conversion.Tokenizers;

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
        var length = TokenizerLength.Of(tokenizer, source == ModelFormat.LlavaHf ? vocabulary : int.MaxValue);
        if (length.Tokens != vocabulary)
            log.Warning(ErrorCatalog.TokenizerLengthDiffers.Warns(length.Path, $"{length.Description}, but vocab_size is {vocabulary}; LLaVA's loader would resize the embeddings"));
    }

    /// <exception cref="DiagnosticException">A token was added to it with a number that <c>&lt;image&gt;</c> or <c>&lt;pad&gt;</c> is to get.</exception>
    public static void CheckRoomForAdded(string tokenizer, int vocabulary)
    {
        if (TokenizerLength.Of(tokenizer, int.MaxValue) is { Added: > 0 } length && length.Tokens > vocabulary)
            throw ErrorCatalog.TokenizerLengthDiffers.Fails(
                length.Path, $"{length.Description}, but vocab_size is {vocabulary}; {AddedTokenFiles.Image} and {AddedTokenFiles.Padding} would get numbers that are taken");
    }
}
