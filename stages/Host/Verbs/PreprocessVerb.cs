using System.CommandLine;
using Llava.Contracts.Files;
using Llava.Preprocess;

namespace Llava.Host.Verbs;

static class PreprocessVerb
{
    static readonly Argument<string> Dataset = new("dataset") { Description = string.Join("; ", DatasetTable.Descriptions.Select(dataset => $"{dataset.Name}: --input is {dataset.Input}")) };
    static readonly Option<string> Input = new("--input") { Description = "the raw dataset", Required = true };
    static readonly Option<string> Output = new("--output") { Description = "the folder that receives every .jsonl file", Required = true };
    static readonly Option<string?> Images = new("--images") { Description = "parquet sets: the folder that receives the pictures" };
    static readonly Option<string?> ImagePrefix = new("--image-prefix") { Description = "parquet sets: what stands before a picture's name in the samples" };
    static readonly Option<int[]> Range = new("--range") { Description = "parquet sets: first shard number and the one behind the last", Arity = new(2, 2), AllowMultipleArgumentsPerToken = true };
    static readonly Option<long> Seed = new("--seed") { Description = "chooses the prompts of synthdog_en" };
    static readonly Option<bool> Mend = new("--mend") { Description = "mend rows that the reference writes wrongly: answers that are no text, AI2D answers of -1, SynthDog ids that repeat" };

    public static Command Create()
    {
        var maximumQuarantine = MaximumQuarantine();
        var codeVersion = CodeVersion();
        var command = new Command("preprocess", "A raw dataset becomes LLaVA's jsonl.") { Dataset, Input, Output, Images, ImagePrefix, Range, Seed, Mend, maximumQuarantine, codeVersion };
        command.SetAction((parsed, cancellation) => PreprocessStage.RunAsync(
            new PreprocessOptions
            {
                Dataset = parsed.GetRequiredValue(Dataset),
                Input = parsed.GetRequiredValue(Input),
                Output = parsed.GetRequiredValue(Output),
                Images = parsed.GetValue(Images),
                ImagePrefix = parsed.GetValue(ImagePrefix),
                Range = parsed.GetValue(Range) is [var first, var end] ? (first, end) : null,
                Seed = parsed.GetValue(Seed),
                Mend = parsed.GetValue(Mend),
                MaximumQuarantineShare = parsed.GetValue(maximumQuarantine),
                CodeVersion = parsed.GetValue(codeVersion),
            },
            VerbRunner.Log,
            cancellation));
        return command;
    }

    internal static Option<string?> CodeVersion() => new("--code-version") { Description = "files converted under another code version are converted again (default: that of the program)" };

    internal static Option<double> MaximumQuarantine() => new("--max-quarantine")
    {
        Description = "the share of samples that may be unusable, 0 to 1",
        DefaultValueFactory = _ => QuarantineLedger.DefaultMaximumShare,
    };
}
