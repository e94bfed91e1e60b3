using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Dataflow;

namespace Llava.Data.Loading;

/// <summary>
/// Reads ahead: a feeder plans batches (at most <c>batchesAhead</c> that nobody has taken yet), workers fill their samples in any
/// order, and batches come out in the planned order. A sample that fails fails its batch, where it is taken. Nothing runs after
/// <see cref="Dispose"/>.
/// </summary>
sealed class BatchPump : IDisposable
{
    readonly record struct Job(LlavaBatch Batch, int Slot, LoaderPosition Position);

    readonly CancellationTokenSource _stop;
    readonly SemaphoreSlim _room;
    readonly TransformManyBlock<Job, LlavaBatch> _workers;
    readonly Task _feeder;

    /// <param name="fill">Fills one slot of a batch; called by several threads at a time.</param>
    public BatchPump(
        IEnumerable<(LoaderPosition Start, int Count)> plan, BatchPool pool, Action<LlavaBatch, int, LoaderPosition> fill,
        int workerCount, int batchesAhead, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _room = new SemaphoreSlim(batchesAhead);
        // One job that is not the last of its batch gives nothing; in order, the last one's output waits for the others.
        _workers = new TransformManyBlock<Job, LlavaBatch>(
            job => Fill(job, fill),
            new ExecutionDataflowBlockOptions
            {
                MaxDegreeOfParallelism = workerCount,
                BoundedCapacity = workerCount * 4 + batchesAhead,
                EnsureOrdered = true,
                SingleProducerConstrained = true,
                CancellationToken = _stop.Token,
            });
        _feeder = Task.Run(() => FeedAsync(plan, pool, _stop.Token), CancellationToken.None);
    }

    /// <returns>False after the last batch.</returns>
    public bool TryTake([NotNullWhen(true)] out LlavaBatch? batch)
    {
        batch = null;
        if (!_workers.OutputAvailableAsync(_stop.Token).GetAwaiter().GetResult() || !_workers.TryReceive(out batch))
        {
            _stop.Token.ThrowIfCancellationRequested();
            _feeder.GetAwaiter().GetResult();
            return false;
        }
        _room.Release();
        batch.ThrowIfFailed();
        return true;
    }

    static LlavaBatch[] Fill(Job job, Action<LlavaBatch, int, LoaderPosition> fill)
    {
        try
        {
            fill(job.Batch, job.Slot, job.Position);
        }
        catch (Exception error)
        {
            job.Batch.Fail(job.Slot, error);
        }
        return job.Slot == job.Batch.BatchSize - 1 ? [job.Batch] : [];
    }

    async Task FeedAsync(IEnumerable<(LoaderPosition Start, int Count)> plan, BatchPool pool, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (start, count) in plan)
            {
                await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
                var batch = pool.Rent(count);
                (batch.Start, batch.Next) = (start, start.Advance(count));
                for (var slot = 0; slot < count; slot++)
                {
                    if (!await _workers.SendAsync(new Job(batch, slot, start.Advance(slot)), cancellationToken).ConfigureAwait(false))
                        return;
                }
            }
        }
        finally
        {
            _workers.Complete();
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        // A cancelled block only completes once its running jobs have ended; what it has put out is garbage now.
        while (_workers.TryReceive(out var batch))
            batch.Dispose();
        Task.WhenAll(_feeder, _workers.Completion).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
            .GetAwaiter().GetResult();
        _stop.Dispose();
        _room.Dispose();
    }
}
