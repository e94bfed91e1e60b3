using System.CommandLine;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Download;
using Llava.Hdf5;

namespace Llava.Host.Verbs;

static class Hdf5Verb
{
    const string TokenizerKey = "huggingface_tokenizer";

    static readonly Option<string> Parameters = new("--params") { Description = "ModelZoo's preprocessing yaml; relative paths in it start at the working directory", Required = true };
    static readonly Option<string[]> Overrides = new("--set") { Description = "key.path=value, laid over the yaml; repeat for more", AllowMultipleArgumentsPerToken = false };
    static readonly Option<double?> MaximumQuarantine = new("--max-quarantine") { Description = "fail when more than this share of the samples cannot be used, 0 to 1; without it that is only a warning" };
    static readonly Option<string?> CodeVersion = new("--code-version") { Description = "input files tokenized under another code version are tokenized again (default: that of the program)" };
    static readonly Option<string?> Checkpoints = new("--checkpoints") { Description = "where a tokenizer that is named owner/name is looked for, and downloaded to where it is not there" };
    static readonly Option<string> Hub = new("--hub") { Description = "the hub that it is downloaded from, or a mirror", DefaultValueFactory = _ => DownloadOptions.DefaultHub };

    public static Command Create()
    {
        var command = new Command("hdf5", "Jsonl becomes H5 files of tokens and masks.") { Parameters, Overrides, MaximumQuarantine, CodeVersion, Checkpoints, Hub };
        command.SetAction(async (parsed, cancellation) => await Hdf5Stage.RunAsync(
            new Hdf5Options(
                await WithTokenizerFolderAsync(ConfigDocument.Load(parsed.GetRequiredValue(Parameters), parsed.GetValue(Overrides)), parsed, cancellation),
                parsed.GetValue(MaximumQuarantine),
                parsed.GetValue(CodeVersion)),
            VerbRunner.Log,
            cancellation));
        return command;
    }

    /// <summary>The stage reads a folder; a repository's name becomes one here.</summary>
    static async Task<ConfigDocument> WithTokenizerFolderAsync(ConfigDocument document, ParseResult parsed, CancellationToken cancellation)
    {
        if ((document.Root.Entries.GetValueOrDefault("processing") as ConfigMap)?.Entries.GetValueOrDefault(TokenizerKey) is not ConfigScalar { IsNull: false } tokenizer || !HubTokenizer.IsRepository(tokenizer.Text))
            return document;
        if (parsed.GetValue(Checkpoints) is not { } checkpoints)
            throw ErrorCatalog.BadArguments.Fails(tokenizer.Location, $"processing.{TokenizerKey} is \"{tokenizer.Text}\", which is no folder; if a repository is meant, say with --checkpoints where its files are, or are to be downloaded to");
        var folder = await new HubTokenizer(checkpoints, parsed.GetRequiredValue(Hub), DownloadVerb.Token()).FindAsync(tokenizer.Text, VerbRunner.Log, cancellation);
        return document.With($"processing.{TokenizerKey}='{folder.Replace("'", "''", StringComparison.Ordinal)}'");
    }
}
