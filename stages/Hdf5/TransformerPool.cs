using System.Collections.Concurrent;
using Llava.Data.Json;

namespace Llava.Hdf5;

/// <summary>A transformer for each thread that asks at the same time: they keep buffers and are not thread-safe.</summary>
sealed class TransformerPool(Func<SampleTransformer> create)
{
    readonly ConcurrentBag<SampleTransformer> _idle = [];

    public IReadOnlyList<SampleOutcome> Transform(RawJsonBatch lines)
    {
        var worker = _idle.TryTake(out var rested) ? rested : create();
        var outcomes = worker.Transform(lines);
        _idle.Add(worker);
        return outcomes;
    }
}
