namespace Llava.Data.Loading;

/// <summary>Which sample stands where in each epoch: a pure function of seed, epoch and index.</summary>
sealed class SampleOrder(LlavaDataConfig config, long sampleCount)
{
    public long SamplesPerEpoch { get; } = config.NumSamples ?? sampleCount;

    public LoaderPosition Start => new(0, 0, SamplesPerEpoch, config.Shuffle ? config.ShuffleSeed : null);

    public long SampleAt(LoaderPosition position)
    {
        var index = config.Shuffle ? new Permutation(SamplesPerEpoch, config.ShuffleSeed, position.Epoch)[position.NextIndex] : position.NextIndex;
        return index % sampleCount;
    }
}
