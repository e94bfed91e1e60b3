using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Dataflow;

namespace Llava.Preprocess.Conversion;

/// <summary>Read, convert on several threads, write in the order of reading. Holds a few batches at a time, whatever the input's size.</summary>
static class ConversionPipeline
{
    /// <exception cref="OperationCanceledException">Stopped from outside.</exception>
    public static async Task RunAsync<TRaw>(IAsyncEnumerable<TRaw> source, Func<TRaw, ConvertedBatch> convert, Action<ConvertedBatch> write, int workers, CancellationToken cancellation)
    {
        using var stopFeeding = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var converter = new TransformBlock<TRaw, ConvertedBatch>(convert, new() { MaxDegreeOfParallelism = workers, BoundedCapacity = workers + 2, EnsureOrdered = true });
        var writer = new ActionBlock<ConvertedBatch>(write, new() { BoundedCapacity = 2 });
        converter.LinkTo(writer, new() { PropagateCompletion = true });
        // Faults travel downstream only: without this a full disk would leave the feeder waiting for ever.
        var watch = writer.Completion.ContinueWith(_ => stopFeeding.Cancel(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await FeedAsync(source, converter, stopFeeding.Token);
        await watch;
        cancellation.ThrowIfCancellationRequested();
        await WithoutWrapping(writer.Completion);
    }

    /// <summary>Every block that a fault passes through wraps it once more; callers want the fault itself.</summary>
    static async Task WithoutWrapping(Task completion)
    {
        try
        {
            await completion;
        }
        catch (AggregateException wrapped)
        {
            ExceptionDispatchInfo.Throw(wrapped.Flatten().InnerExceptions[0]);
        }
    }

    static async Task FeedAsync<TRaw>(IAsyncEnumerable<TRaw> source, ITargetBlock<TRaw> converter, CancellationToken stop)
    {
        try
        {
            await foreach (var batch in source)
            {
                if (!await converter.SendAsync(batch, stop))
                    break;
            }
            converter.Complete();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            converter.Complete();
        }
        catch (Exception error)
        {
            converter.Fault(error);
        }
    }
}
