using System.Threading.Tasks.Dataflow;
using Llava.Data.Json;

namespace Llava.Hdf5;

/// <summary>
/// Feeder, workers, writer, with bounded queues between them; outcomes arrive in the order of the input whatever the number of
/// workers. A fault anywhere stops the feeder and is the one that is reported.
/// </summary>
static class SamplePipeline
{
    public static async Task RunAsync(IEnumerable<RawJsonBatch> input, Func<RawJsonBatch, IReadOnlyList<SampleOutcome>> transformBatch, Action<IReadOnlyList<SampleOutcome>> write, int workers, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var transform = new TransformBlock<RawJsonBatch, IReadOnlyList<SampleOutcome>>(
            transformBatch,
            new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = workers, BoundedCapacity = 2 * workers, EnsureOrdered = true, CancellationToken = stop.Token });
        var writer = new ActionBlock<IReadOnlyList<SampleOutcome>>(write, new ExecutionDataflowBlockOptions { BoundedCapacity = 2, CancellationToken = stop.Token });
        transform.LinkTo(writer, new DataflowLinkOptions { PropagateCompletion = true });
        // Faults travel downstream only: without this, a writer that fails would leave the feeder waiting for room for ever.
        var watch = writer.Completion.ContinueWith(_ => stop.Cancel(), CancellationToken.None, TaskContinuationOptions.NotOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await FeedAsync(input, transform, stop.Token);
            transform.Complete();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            ((IDataflowBlock)transform).Fault(error);
        }
        catch (OperationCanceledException)
        {
            // Either the caller's, or a fault of the writer, which its completion carries.
        }
        await FinishAsync(writer.Completion, watch, cancellation);
    }

    static async Task FeedAsync(IEnumerable<RawJsonBatch> input, ITargetBlock<RawJsonBatch> target, CancellationToken stop)
    {
        foreach (var batch in input)
        {
            if (!await target.SendAsync(batch, stop))
                return;
        }
    }

    static async Task FinishAsync(Task writer, Task watch, CancellationToken cancellation)
    {
        try
        {
            await writer;
        }
        catch (AggregateException error) when (error.Flatten().InnerExceptions is [var only, ..])
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(only);
        }
        finally
        {
            await Task.WhenAny(watch);
        }
        cancellation.ThrowIfCancellationRequested();
    }
}
