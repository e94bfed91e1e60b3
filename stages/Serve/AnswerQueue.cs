using System.Threading.Channels;
using Llava.Generate;
using Llava.Serve.Api;

namespace Llava.Serve;

/// <summary>Requests wait in line for the one model; the line is short, and who finds it full is told so at once.</summary>
sealed class AnswerQueue(LlavaGenerator generator, ErrorResponse errors, int maximumWaiting)
{
    readonly Channel<PendingAnswer> _waiting = Channel.CreateBounded<PendingAnswer>(maximumWaiting);

    /// <returns>False where the line is full.</returns>
    public bool TryEnqueue(PendingAnswer pending) => _waiting.Writer.TryWrite(pending);

    /// <summary>Answers until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var pending in _waiting.Reader.ReadAllAsync(cancellation))
                await Task.Run(() => Answer(pending), CancellationToken.None);
        }
        finally
        {
            _waiting.Writer.Complete();
            while (_waiting.Reader.TryRead(out var left))
                left.Fail(new OperationCanceledException());
        }
    }

    void Answer(PendingAnswer pending)
    {
        try
        {
            pending.Cancellation.ThrowIfCancellationRequested();
            pending.Complete(generator.Generate([pending.Request], pending.Options, pending.Cancellation, said: (_, piece) => pending.Say(piece))[0]);
        }
        catch (Exception error)
        {
            // Explained here, since who asked may have gone.
            pending.Fail(errors.Explain(error));
        }
    }
}
