using System.Threading.Channels;
using Llava.Generate;
using Llava.Serve.Api;

namespace Llava.Serve;

/// <summary>Requests wait in line for the one model; the line is short, and who finds it full is told so at once. Who goes away has left it.</summary>
sealed class AnswerQueue(LlavaGenerator generator, ErrorResponse errors, int maximumWaiting)
{
    readonly Channel<PendingAnswer> _waiting = Channel.CreateUnbounded<PendingAnswer>();
    int _inLine;

    /// <returns>False where the line is full.</returns>
    public bool TryEnqueue(PendingAnswer pending)
    {
        if (Interlocked.Increment(ref _inLine) > maximumWaiting || !_waiting.Writer.TryWrite(pending))
        {
            Interlocked.Decrement(ref _inLine);
            return false;
        }
        pending.Cancellation.Register(() => Leave(pending));
        return true;
    }

    /// <summary>Answers until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var pending in _waiting.Reader.ReadAllAsync(cancellation))
            {
                Leave(pending);
                await Task.Run(() => Answer(pending), CancellationToken.None);
            }
        }
        finally
        {
            _waiting.Writer.Complete();
            while (_waiting.Reader.TryRead(out var left))
                left.Fail(new OperationCanceledException());
        }
    }

    void Leave(PendingAnswer pending)
    {
        if (pending.TryLeaveLine())
            Interlocked.Decrement(ref _inLine);
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
