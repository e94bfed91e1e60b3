using System.Collections.Concurrent;

namespace Llava.Data.Loading;

/// <summary>Batches of one full size, kept for reuse; a short one is made anew.</summary>
sealed class BatchPool(int fullBatchSize, int maxSequenceLength, int imageValueCount, bool isHalf)
{
    readonly ConcurrentBag<LlavaBatch> _free = [];

    public int MaxSequenceLength => maxSequenceLength;

    public int ImageValueCount => imageValueCount;

    public bool IsHalf => isHalf;

    public long BatchBytes => BytesOf(fullBatchSize, maxSequenceLength, imageValueCount, isHalf);

    public static long BytesOf(int batchSize, int maxSequenceLength, int imageValueCount, bool isHalf) => (long)batchSize * (imageValueCount * (isHalf ? 2L : 4L) + 4L * 4 * maxSequenceLength);

    public LlavaBatch Rent(int batchSize)
    {
        if (batchSize != fullBatchSize || !_free.TryTake(out var batch))
            return new LlavaBatch(this, batchSize);
        batch.Reuse();
        return batch;
    }

    public void Return(LlavaBatch batch)
    {
        if (batch.BatchSize == fullBatchSize)
            _free.Add(batch);
    }
}
