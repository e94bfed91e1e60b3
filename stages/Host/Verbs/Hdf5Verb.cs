using System.CommandLine;
using Llava.Contracts.Configuration;
using Llava.Hdf5;

namespace Llava.Host.Verbs;

static class Hdf5Verb
{
    static readonly Option<string> Parameters = new("--params") { Description = "ModelZoo's preprocessing yaml; relative paths in it start at the working directory", Required = true };
    static readonly Option<string[]> Overrides = new("--set") { Description = "key.path=value, laid over the yaml; repeat for more", AllowMultipleArgumentsPerToken = false };
    static readonly Option<double?> MaximumQuarantine = new("--max-quarantine") { Description = "fail when more than this share of the samples cannot be used, 0 to 1; without it that is only a warning" };
    static readonly Option<string?> CodeVersion = new("--code-version") { Description = "input files tokenized under another code version are tokenized again (default: that of the program)" };

    public static Command Create()
    {
        var command = new Command("hdf5", "Jsonl becomes H5 files of tokens and masks.") { Parameters, Overrides, MaximumQuarantine, CodeVersion };
        command.SetAction((parsed, cancellation) => Hdf5Stage.RunAsync(
            new Hdf5Options(
                ConfigDocument.Load(parsed.GetRequiredValue(Parameters), parsed.GetValue(Overrides)),
                parsed.GetValue(MaximumQuarantine),
                parsed.GetValue(CodeVersion)),
            VerbRunner.Log,
            cancellation));
        return command;
    }
}
