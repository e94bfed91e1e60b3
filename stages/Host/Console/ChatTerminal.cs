using Llava.Contracts.Diagnostics;
using Llava.Generate.Chat;

namespace Llava.Host.Console;

/// <summary>
/// A chat on the terminal: questions from standard input, answers to standard output, the rest to standard error. Ctrl-C stops an answer;
/// where none is under way, the first only says how to leave: it may have been meant for an answer that ended a moment before.
/// </summary>
sealed class ChatTerminal : IChatPartner
{
    const string Prompt = "> ";

    readonly Lock _lock = new();
    CancellationTokenSource? _answer;
    bool _saidHowToLeave;

    public Task<string?> ReadLineAsync(CancellationToken cancellation)
    {
        VerbRunner.OnInterrupt(Interrupt);
        if (!System.Console.IsInputRedirected)
            System.Console.Error.Write(Prompt);
        // The terminal's own reading ignores cancellation, so its thread is left behind.
        return Task.Run(System.Console.In.ReadLine, CancellationToken.None).WaitAsync(cancellation);
    }

    public void BeginAnswer(CancellationTokenSource stop)
    {
        lock (_lock)
            (_answer, _saidHowToLeave) = (stop, false);
    }

    public void Say(string piece)
    {
        System.Console.Out.Write(PlainText.Lines(piece));
        System.Console.Out.Flush();
    }

    public void EndAnswer(string? remark)
    {
        lock (_lock)
            _answer = null;
        System.Console.Out.WriteLine();
        System.Console.Out.Flush();
        if (remark is not null)
            System.Console.Error.WriteLine($"({remark})");
    }

    public void Explain(Diagnostic problem) => System.Console.Error.WriteLine(problem);

    bool Interrupt()
    {
        lock (_lock)
        {
            if (_answer is not null)
            {
                _answer.Cancel();
                return true;
            }
            if (_saidHowToLeave || System.Console.IsInputRedirected)
                return false;
            _saidHowToLeave = true;
            System.Console.Error.Write($"\n(/exit leaves, as does Ctrl-C once more)\n{Prompt}");
            return true;
        }
    }
}
