namespace Llava.Data.Loading;

/// <summary>Which sample stands where in each epoch: a pure function of seed, epoch and index.</summary>
/// <param name="sizes">Of every sample; asked for only where batches are grouped.</param>
sealed class SampleOrder(LlavaDataConfig config, long sampleCount, Lazy<IReadOnlyList<SampleSize>> sizes)
{
    readonly GroupedOrder? _grouped = config.GroupByModalityLength
        ? new GroupedOrder(config.NumSamples ?? sampleCount, config.BatchSize, config.DropLast, config.ShuffleSeed, sizes)
        : null;

    public long SamplesPerEpoch { get; } = config.NumSamples ?? sampleCount;

    public LoaderPosition Start => new(0, 0, SamplesPerEpoch, config.Shuffle ? config.ShuffleSeed : null);

    public long SampleAt(LoaderPosition position)
    {
        if (_grouped is not null)
            return _grouped[position.Epoch, position.NextIndex];
        var index = config.Shuffle ? new Permutation(SamplesPerEpoch, config.ShuffleSeed, position.Epoch)[position.NextIndex] : position.NextIndex;
        return index % sampleCount;
    }
}
