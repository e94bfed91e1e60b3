using System.CommandLine;
using Llava.Generate;
using Llava.Generate.Chat;
using Llava.Host.Console;

namespace Llava.Host.Verbs;

static class ChatVerb
{
    public static Command Create()
    {
        var modelPath = ComputeArguments.ModelPath();
        var picture = PictureArgument.NoneByDefault();
        var maximumNewTokens = new Option<int>("--max-new-tokens") { Description = "the longest answer", DefaultValueFactory = _ => 512 };
        var device = ComputeArguments.Device();
        var threads = ComputeArguments.Threads();
        var ownTerminal = new Option<bool>("--own-terminal") { Description = "take Ctrl-C from the program that started this one", Hidden = true };
        WholeNumber.Require(lowest: 1, maximumNewTokens);
        var sampling = new SamplingArguments();
        var command = new Command("chat", $"Talks about a picture. {ChatStage.Help}.") { modelPath, picture.Option, maximumNewTokens, device, threads, ownTerminal };
        sampling.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var foreground = parsed.GetValue(ownTerminal) ? TerminalForeground.Take() : null;
            var options = new ChatOptions(parsed.GetRequiredValue(modelPath), picture.Path(parsed))
            {
                Generation = new GenerationOptions { MaximumNewTokens = parsed.GetValue(maximumNewTokens), Sampling = sampling.Sampling(parsed), Beams = sampling.Beams(parsed) },
                Device = parsed.GetRequiredValue(device),
                Threads = parsed.GetValue(threads),
            };
            await ChatStage.RunAsync(options, new ChatTerminal(), VerbRunner.Log, cancellation);
        });
        return command;
    }
}
