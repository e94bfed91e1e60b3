using System.Buffers;
using System.Collections.Concurrent;
using Llava.Contracts.Diagnostics;
using Llava.Data.Hdf5;
using Llava.Data.Images;

namespace Llava.Data.Loading;

/// <summary>
/// Batches for training and evaluation, read ahead of their use. Which samples come when depends on the data, the seed and the
/// position alone, never on workers, prefetching or batch size.
/// </summary>
public sealed class LlavaDataLoader : IDisposable
{
    public const long DefaultCacheBytes = 256L << 20;

    // Above this, the yaml's prefetch_factor * num_workers batches are cut, to no less than two.
    const long MaximumBytesAhead = 512L << 20;

    readonly LlavaDataConfig _config;
    readonly SampleMixture _samples;
    readonly SampleOrder _order;
    readonly ImagePipeline _pipeline;
    readonly PictureCache _pictures;
    readonly TimeProvider _clock;

    LlavaDataLoader(LlavaDataConfig config, SampleMixture samples, long cacheBytes, TimeProvider clock)
    {
        (_config, _samples, _clock) = (config, samples, clock);
        _order = new SampleOrder(config, samples.Count, new Lazy<IReadOnlyList<SampleSize>>(MeasureSamples));
        _pipeline = config.CreateImagePipeline();
        _pictures = new PictureCache(_pipeline, samples.Count, cacheBytes);
    }

    /// <param name="cacheBytes">Memory that decoded pictures may take; used when all of them fit.</param>
    /// <exception cref="DiagnosticException">A folder is missing, unusable or empty.</exception>
    public static LlavaDataLoader Open(LlavaDataConfig config, long cacheBytes = DefaultCacheBytes, TimeProvider? clock = null)
    {
        if (!Directory.Exists(config.ImgDataDir))
            throw ErrorCatalog.FileNotFound.Fails(config.ImgDataDir, "img_data_dir: there is no such folder");
        return new LlavaDataLoader(config, SampleMixture.Open(config), cacheBytes, clock ?? TimeProvider.System);
    }

    /// <summary>What reading takes at most: the batches read ahead, the one in use and the one that is copied next, and the pictures that are kept.</summary>
    /// <param name="sampleCount">Null: not known, and taken for too many to keep their pictures.</param>
    public static long HostBytes(LlavaDataConfig config, int maxSequenceLength, long? sampleCount)
    {
        var values = RgbImage.Channels * config.ImageHeight * config.ImageWidth;
        var batch = BatchPool.BytesOf(config.BatchSize, maxSequenceLength, values, config.MixedPrecision);
        var kept = sampleCount is { } count ? PictureCache.BytesOf(count, values, DefaultCacheBytes) : 0;
        return ((BatchesAhead(config, batch) + 2) * batch) + kept;
    }

    public long SamplesPerEpoch => _order.SamplesPerEpoch;

    /// <summary>Of the data, however long an epoch is.</summary>
    public long SampleCount => _samples.Count;

    public int MaxSequenceLength => _samples.MaxSequenceLength;

    /// <summary>The first sample of the first epoch.</summary>
    public LoaderPosition Start => _order.Start;

    /// <summary>How long the reader of <see cref="Read"/> has waited for batches, the first one of each pass apart: reading ahead begins with it.</summary>
    public TimeSpan Stalled { get; private set; }

    public TimeSpan WaitedForFirstBatch { get; private set; }

    /// <summary>
    /// One pass at a time. The caller disposes each batch; leaving the loop stops all reading. A sample that cannot be read throws
    /// when its batch's turn comes, however many workers there are.
    /// </summary>
    /// <param name="from"><see cref="Start"/>, or <see cref="LlavaBatch.Next"/> of the last batch used.</param>
    /// <param name="batchSize">Sequences, when not the yaml's batch_size: the order stays the same.</param>
    /// <exception cref="DiagnosticException">The position belongs to other data; later, a picture or file that cannot be read.</exception>
    public IEnumerable<LlavaBatch> Read(LoaderPosition from, LoaderPass pass, int? batchSize = null, CancellationToken cancellationToken = default)
    {
        from.ThrowUnlessOf(Start, _config.ImgDataDir);
        return ReadCore(from, new BatchPlan(batchSize ?? _config.BatchSize, _config.DropLast, pass), cancellationToken);
    }

    /// <summary>Which samples stand in which batch, from a position on, without reading any.</summary>
    public IEnumerable<long[]> SampleIndexes(LoaderPosition from, LoaderPass pass) =>
        new BatchPlan(_config.BatchSize, _config.DropLast, pass).From(from)
            .Select(batch => Enumerable.Range(0, batch.Count).Select(index => _order.SampleAt(batch.Start.Advance(index))).ToArray());

    /// <summary>Reads the loss mask of every sample, no picture.</summary>
    /// <param name="progress">told the number of samples read so far, from any thread</param>
    /// <returns>Indexes of the samples that supervise no token.</returns>
    public IReadOnlySet<long> FindUnsupervised(Action<long> progress, CancellationToken cancellationToken = default)
    {
        var found = new ConcurrentBag<long>();
        ScanSamples((sample, row, _) =>
        {
            if (row.AsSpan(SampleRow.LossMask * MaxSequenceLength, MaxSequenceLength).IndexOfAnyExcept(0) < 0)
                found.Add(sample);
        }, progress, cancellationToken);
        return found.ToHashSet();
    }

    SampleSize[] MeasureSamples()
    {
        var sizes = new SampleSize[_samples.Count];
        ScanSamples((sample, row, imagePath) => sizes[sample] = new SampleSize(UsedLength(row), imagePath is null), _ => { }, CancellationToken.None);
        return sizes;
    }

    int UsedLength(int[] row)
    {
        var lastVisible = row.AsSpan(SampleRow.KeyPaddingMask * MaxSequenceLength, MaxSequenceLength).LastIndexOfAnyExcept(1);
        var lastSupervised = row.AsSpan(SampleRow.LossMask * MaxSequenceLength, MaxSequenceLength).LastIndexOfAnyExcept(0);
        return 1 + Math.Max(lastVisible, lastSupervised);
    }

    // Every row, no picture; from several threads.
    void ScanSamples(Action<long, int[], string?> visit, Action<long> progress, CancellationToken cancellationToken)
    {
        const int SamplesAtOnce = 1024;
        var read = 0L;
        var options = new ParallelOptions { MaxDegreeOfParallelism = WorkersOf(_config), CancellationToken = cancellationToken };
        Parallel.For(0, (_samples.Count + SamplesAtOnce - 1) / SamplesAtOnce, options, () => new int[SampleRow.LengthOf(MaxSequenceLength)], (block, _, row) =>
        {
            var end = Math.Min((block + 1) * SamplesAtOnce, _samples.Count);
            for (var sample = block * SamplesAtOnce; sample < end; sample++)
                visit(sample, row, _samples.Read(sample, row));
            progress(Interlocked.Add(ref read, end - block * SamplesAtOnce));
            return row;
        }, _ => { });
    }

    public void Dispose() => _samples.Dispose();

    IEnumerable<LlavaBatch> ReadCore(LoaderPosition from, BatchPlan plan, CancellationToken cancellationToken)
    {
        var pool = new BatchPool(plan.BatchSize, MaxSequenceLength, _pipeline.ValueCount, _config.MixedPrecision);
        using var pump = new BatchPump(plan.From(from), pool, FillSlot, WorkersOf(_config), BatchesAhead(_config, pool.BatchBytes), cancellationToken);
        for (var isFirst = true; ; isFirst = false)
        {
            var asked = _clock.GetTimestamp();
            if (!pump.TryTake(out var batch))
                yield break;
            var waited = _clock.GetElapsedTime(asked);
            if (isFirst)
                WaitedForFirstBatch += waited;
            else
                Stalled += waited;
            yield return batch;
        }
    }

    // H5 files may come from anywhere: what a model is trained on can be read out of it again.
    string PicturePath(string imagePath) => ImagePath.StaysInside(imagePath)
        ? Path.Combine(_config.ImgDataDir, imagePath)
        : throw ErrorCatalog.UnsafeImagePath.Fails(_config.ImgDataDir, $"the image path \"{imagePath}\" leaves the image folder");

    static int WorkersOf(LlavaDataConfig config) => Math.Clamp(config.NumWorkers, 1, Environment.ProcessorCount);

    static int BatchesAhead(LlavaDataConfig config, long batchBytes) =>
        (int)Math.Clamp((long)config.PrefetchFactor * WorkersOf(config), 1, Math.Max(2, MaximumBytesAhead / batchBytes));

    void FillSlot(LlavaBatch batch, int slot, LoaderPosition position)
    {
        var length = SampleRow.LengthOf(MaxSequenceLength);
        var row = ArrayPool<int>.Shared.Rent(length);
        try
        {
            var sample = _order.SampleAt(position);
            var imagePath = _samples.Read(sample, row.AsSpan(0, length));
            batch.SetRow(slot, row);
            (batch.SampleIndexes[slot], batch.ImagePaths[slot]) = (sample, imagePath);
            if (imagePath is null)
                _pictures.Blank(batch, slot);
            else
                _pictures.Load(PicturePath(imagePath), batch, slot);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(row);
        }
    }
}
