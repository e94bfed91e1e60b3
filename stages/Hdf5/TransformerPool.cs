using System.Collections.Concurrent;

namespace Llava.Hdf5;

/// <summary>A transformer for each thread that asks at the same time: they keep buffers and are not thread-safe.</summary>
sealed class TransformerPool(Func<SampleTransformer> create)
{
    readonly ConcurrentBag<SampleTransformer> _idle = [];

    public OutcomeBatch Transform(DocumentBatch batch)
    {
        var worker = _idle.TryTake(out var rested) ? rested : create();
        var outcomes = worker.Transform(batch);
        _idle.Add(worker);
        return outcomes;
    }
}
