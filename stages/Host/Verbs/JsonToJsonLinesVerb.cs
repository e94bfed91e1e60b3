using System.CommandLine;
using Llava.Preprocess;

namespace Llava.Host.Verbs;

static class JsonToJsonLinesVerb
{
    static readonly Option<string> Input = new("--input") { Description = "a .json file that is one array, or a folder of such files", Required = true };
    static readonly Option<string> Output = new("--output") { Description = "the folder that receives one .jsonl file for each", Required = true };
    static readonly PreprocessArguments Arguments = new();

    public static Command Create()
    {
        var command = new Command("json2jsonl", "Arrays of LLaVA samples become jsonl, one element a line.") { Input, Output };
        Arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => PreprocessStage.RunAsync(
            Arguments.Apply(parsed, new PreprocessOptions { Dataset = "convert_json2jsonl", Input = parsed.GetRequiredValue(Input), Output = parsed.GetRequiredValue(Output) }),
            VerbRunner.Log,
            cancellation));
        return command;
    }
}
