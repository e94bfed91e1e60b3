using Llava.Data.Loading;

namespace Llava.Train;

/// <summary>The micro-batches of one optimizer step, on the model's device or on their way to it.</summary>
/// <param name="Next">Where the loader goes on behind them.</param>
sealed record UploadedBatch(IReadOnlyList<MicroBatch> MicroBatches, LoaderPosition Next) : IDisposable
{
    public void Dispose()
    {
        foreach (var microBatch in MicroBatches)
            microBatch.Dispose();
    }
}
