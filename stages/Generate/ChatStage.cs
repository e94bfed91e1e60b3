using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Generate.Chat;
using Llava.Model;

namespace Llava.Generate;

/// <summary>Talks about a picture over several turns, until the partner ends it.</summary>
public static class ChatStage
{
    public const string Help = "/image FILE talks about another picture, /new starts over, /exit (or the end of input) leaves, Ctrl-C stops an answer";

    public static async Task RunAsync(ChatOptions options, IChatPartner partner, IStageLog log, CancellationToken cancellation)
    {
        RequirePicture(options.ImagePath);
        if (options.Threads is { } threads)
            TorchRuntime.Use(threads);
        log.Information($"loading {options.ModelPath}");
        using var generator = LlavaGenerator.Load(options.ModelPath, ComputeDevice.Parse(options.Device));
        log.Information(Help);
        var image = options.ImagePath;
        var conversation = new Conversation(generator, options.Generation, image);
        while (await partner.ReadLineAsync(cancellation) is { } line)
        {
            switch (line.Split(' ', 2, StringSplitOptions.TrimEntries))
            {
                case ["/exit"]:
                    return;
                case [""]:
                    break;
                case ["/new"]:
                    conversation = new Conversation(generator, options.Generation, image);
                    break;
                case ["/image", var path] when TryPicture(path, partner):
                    conversation = new Conversation(generator, options.Generation, image = path);
                    break;
                case ["/image", _]:
                    break;
                case [['/', ..], ..]:
                    log.Information(Help);
                    break;
                default:
                    Answer(conversation, line, partner, cancellation);
                    break;
            }
        }
    }

    static void Answer(Conversation conversation, string question, IChatPartner partner, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        partner.BeginAnswer(stop);
        string? remark = null;
        try
        {
            remark = conversation.Ask(question, partner.Say, stop.Token) switch
            {
                AnswerEnd.MostTokens => "cut off: --max-new-tokens allows more",
                AnswerEnd.NoMorePositions => "cut off: the model has no more positions; /new starts over",
                _ => null,
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            remark = "stopped";
        }
        catch (DiagnosticException error)
        {
            foreach (var problem in error.Diagnostics)
                partner.Explain(problem);
            if (error.Diagnostics[0].Code == ErrorCatalog.PromptTooLong)
                remark = "the talk has become too long for the model: /new starts over";
        }
        partner.EndAnswer(remark);
    }

    static bool TryPicture(string path, IChatPartner partner)
    {
        if (File.Exists(path))
            return true;
        partner.Explain(ErrorCatalog.FileNotFound.At(path, "there is no such picture"));
        return false;
    }

    static void RequirePicture(string? path)
    {
        if (path is not null && !File.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such picture");
    }
}
