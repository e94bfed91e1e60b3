using System.CommandLine;
using Llava.Preprocess;

namespace Llava.Host.Verbs;

static class PreprocessVerb
{
    static readonly Argument<string> Dataset = new("dataset") { Description = string.Join("; ", DatasetTable.Descriptions.Select(dataset => $"{dataset.Name}: --input is {dataset.Input}")) };
    static readonly Option<string> Input = new("--input") { Description = "the raw dataset", Required = true };
    static readonly Option<string> Output = new("--output") { Description = "the folder that receives every .jsonl file", Required = true };
    static readonly Option<string?> Images = new("--images") { Description = "parquet sets: the folder that receives the pictures" };
    static readonly Option<int[]> Range = new("--range") { Description = "parquet sets: first shard number and the one behind the last", Arity = new(2, 2), AllowMultipleArgumentsPerToken = true };
    static readonly Option<long> Seed = new("--seed") { Description = "chooses the prompts of synthdog_en" };
    static readonly Option<bool> Mend = new("--mend") { Description = "mend rows that the reference writes wrongly: answers that are no text, AI2D answers of -1, SynthDog ids that repeat" };
    static readonly PreprocessArguments Arguments = new();

    public static Command Create()
    {
        var command = new Command("preprocess", "A raw dataset becomes LLaVA's jsonl.") { Dataset, Input, Output, Images, Range, Seed, Mend };
        Arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => PreprocessStage.RunAsync(Arguments.Apply(parsed, Read(parsed)), VerbRunner.Log, cancellation));
        return command;
    }

    static PreprocessOptions Read(ParseResult parsed) => new()
    {
        Dataset = parsed.GetRequiredValue(Dataset),
        Input = parsed.GetRequiredValue(Input),
        Output = parsed.GetRequiredValue(Output),
        Images = parsed.GetValue(Images),
        Range = parsed.GetValue(Range) is [var first, var end] ? (first, end) : null,
        Seed = parsed.GetValue(Seed),
        Mend = parsed.GetValue(Mend),
    };
}
