using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>What every export checks before it writes: the container, and the tokenizer that goes with the model.</summary>
static class ExportTokenizer
{
    public static void RefuseMdl(ConvertOptions options)
    {
        if (options.Container == CheckpointFormat.Mdl)
            throw new DiagnosticException(ErrorCatalog.UnsupportedConversion.Says("--format mdl is ModelZoo's own; an export is written as safetensors or bin"));
    }

    public static string FolderOf(ConvertOptions options, LlavaCheckpoint source)
    {
        if (options.TokenizerFolder is { } chosen && LlavaCheckpoint.FindTokenizer(chosen) is null)
            throw ErrorCatalog.FileNotFound.Fails(chosen, "no tokenizer.model or tokenizer.json in this folder");
        return options.TokenizerFolder ?? source.TokenizerFolder
            ?? throw ErrorCatalog.FileNotFound.Fails(options.Source, "no tokenizer beside the checkpoint; an exported model needs its files: give the folder with --tokenizer");
    }

    public static void WarnOfLength(string tokenizer, int vocabulary, IStageLog log)
    {
        var path = Path.Combine(tokenizer, "tokenizer.model");
        if (File.Exists(path) && SentencePieceLength.Of(path) is { } pieces && pieces != vocabulary)
            log.Warning(ErrorCatalog.TokenizerLengthDiffers.Warns(path, $"{pieces} pieces, but vocab_size is {vocabulary}; LLaVA's loader would resize the embeddings"));
    }
}
