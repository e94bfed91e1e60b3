using Llava.Contracts.Diagnostics;
using Llava.Generate.Chat;

namespace Llava.Host.Console;

/// <summary>A chat on the terminal: questions from standard input, answers to standard output, the rest to standard error.</summary>
sealed class ChatTerminal : IChatPartner
{
    const string Prompt = "> ";

    public Task<string?> ReadLineAsync(CancellationToken cancellation)
    {
        if (!System.Console.IsInputRedirected)
            System.Console.Error.Write(Prompt);
        // The terminal's own reading ignores cancellation, so its thread is left behind.
        return Task.Run(System.Console.In.ReadLine, CancellationToken.None).WaitAsync(cancellation);
    }

    public void Say(string piece)
    {
        System.Console.Out.Write(PlainText.Lines(piece));
        System.Console.Out.Flush();
    }

    public void EndAnswer(string? remark)
    {
        System.Console.Out.WriteLine();
        System.Console.Out.Flush();
        if (remark is not null)
            System.Console.Error.WriteLine($"({remark})");
    }

    public void Explain(Diagnostic problem) => System.Console.Error.WriteLine(problem);

    public IDisposable BeginAnswer(CancellationTokenSource stop) => VerbRunner.OnInterrupt(stop.Cancel);
}
