using System.CommandLine;
using Llava.Serve;

namespace Llava.Host.Verbs;

static class ServeVerb
{
    public static Command Create()
    {
        var modelPath = ComputeArguments.ModelPath();
        var port = new Option<int>("--port") { Description = "on 127.0.0.1; 0 takes a free one", DefaultValueFactory = _ => 8080 };
        var maximumNewTokens = new Option<int>("--max-new-tokens") { Description = "the most that a request may ask for", DefaultValueFactory = _ => 1024 };
        var device = ComputeArguments.Device();
        var threads = ComputeArguments.Threads();
        WholeNumber.Require(port, 0, ushort.MaxValue);
        WholeNumber.Require(lowest: 1, maximumNewTokens);
        var command = new Command("serve", "Answers on 127.0.0.1 in OpenAI's chat-completions format, with a page to use it.") { modelPath, port, maximumNewTokens, device, threads };
        command.SetAction((parsed, cancellation) => ServeStage.RunAsync(
            new ServeOptions(parsed.GetRequiredValue(modelPath))
            {
                Port = parsed.GetValue(port),
                MaximumNewTokens = parsed.GetValue(maximumNewTokens),
                Device = parsed.GetRequiredValue(device),
                Threads = parsed.GetValue(threads),
            },
            VerbRunner.Log,
            cancellation));
        return command;
    }
}
