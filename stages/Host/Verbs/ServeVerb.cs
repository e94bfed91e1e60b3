using System.CommandLine;
using Llava.Model;
using Llava.Serve;

namespace Llava.Host.Verbs;

static class ServeVerb
{
    public static Command Create()
    {
        var modelPath = new Option<string>("--model-path") { Description = "exported text_model_llava/, the folder with it and image_model/, or a checkpoint folder of convert or train", Required = true };
        var port = new Option<int>("--port") { Description = "on 127.0.0.1; 0 takes a free one", DefaultValueFactory = _ => 8080 };
        var maximumNewTokens = new Option<int>("--max-new-tokens") { Description = "the most that a request may ask for", DefaultValueFactory = _ => 1024 };
        var device = new Option<string>("--device") { Description = "where to compute", DefaultValueFactory = _ => "auto" }.AcceptOnlyFromAmong([.. ComputeDevice.Names]);
        var threads = new Option<int?>("--threads") { Description = $"CPU threads; default {TorchRuntime.DefaultThreads}" };
        WholeNumber.Require(port, 0, ushort.MaxValue);
        WholeNumber.Require(lowest: 1, maximumNewTokens, threads);
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
