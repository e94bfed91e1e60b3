using System.CommandLine;
using Llava.Contracts.Diagnostics;
using Llava.Generate;

namespace Llava.Host.Verbs;

static class GenerateVerb
{
    public static Command Create()
    {
        var modelPath = ComputeArguments.ModelPath();
        var picture = PictureArgument.Needed();
        var prompt = new Option<string>("--prompt") { Description = "a question; or a whole prompt, with <image> or USER: ... ASSISTANT:, taken as it is", Required = true };
        var maximumNewTokens = new Option<int>("--max-new-tokens") { Description = "the longest answer", DefaultValueFactory = _ => 128 };
        var device = ComputeArguments.Device();
        var threads = ComputeArguments.Threads();
        var json = new Option<bool>("--json") { Description = "print text, generated_ids and input_ids as one JSON object" };
        WholeNumber.Require(lowest: 1, maximumNewTokens);
        var stop = new Option<string[]>("--stop") { Description = "ends the answer before it", DefaultValueFactory = _ => [] };
        var sampling = new SamplingArguments();
        var command = new Command("generate", "Answers one prompt about a picture.") { modelPath, picture.Option, prompt, maximumNewTokens, stop, device, threads, json };
        sampling.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var options = new GenerateOptions(parsed.GetRequiredValue(modelPath), picture.Path(parsed), parsed.GetRequiredValue(prompt))
            {
                Generation = new GenerationOptions
                {
                    MaximumNewTokens = parsed.GetValue(maximumNewTokens),
                    StopStrings = parsed.GetRequiredValue(stop),
                    Sampling = sampling.Sampling(parsed),
                    Beams = sampling.Beams(parsed),
                },
                Device = parsed.GetRequiredValue(device),
                Threads = parsed.GetValue(threads),
            };
            var report = GenerateStage.Run(options, VerbRunner.Log, cancellation);
            System.Console.Out.WriteLine(parsed.GetValue(json) ? report.ToJson() : PlainText.Lines(report.Result.Text));
            return Task.CompletedTask;
        });
        return command;
    }
}
