using System.Threading.Channels;
using Llava.Generate;

namespace Llava.Serve;

/// <summary>A request on its way through the line: its text comes piece by piece, then the whole, or an error.</summary>
/// <param name="cancellation">The client went away, or the server stops.</param>
sealed class PendingAnswer(GenerationRequest request, GenerationOptions options, CancellationToken cancellation)
{
    readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();
    readonly TaskCompletionSource<GenerationResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    int _hasLeftLine;

    public GenerationRequest Request { get; } = request;

    public GenerationOptions Options { get; } = options;

    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Ends with the answer, or with its error.</summary>
    public ChannelReader<string> Pieces => _pieces.Reader;

    public Task<GenerationResult> Result => _result.Task;

    /// <returns>True once: by turn, or because who asked is gone.</returns>
    public bool TryLeaveLine() => Interlocked.Exchange(ref _hasLeftLine, 1) == 0;

    public void Say(string piece) => _pieces.Writer.TryWrite(piece);

    public void Complete(GenerationResult result)
    {
        _result.TrySetResult(result);
        _pieces.Writer.TryComplete();
    }

    public void Fail(Exception error)
    {
        _result.TrySetException(error);
        _pieces.Writer.TryComplete();
    }
}
