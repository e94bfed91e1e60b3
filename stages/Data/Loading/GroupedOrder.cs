namespace Llava.Data.Loading;

/// <summary>
/// Batches of one kind, with a picture or without, longest first, as the LLaVA trainer's <c>group_by_modality_length</c> makes
/// them: the micro-batches of a step then hold rows of similar length, and little padding. Which samples meet in a batch, and
/// when, is a pure function of seed and epoch. What does not fill a batch of its kind is mixed.
/// </summary>
/// <param name="batchSize">The yaml's.</param>
/// <param name="crossesEpochs">What is left of an epoch begins the next one's first batch.</param>
/// <param name="sizes">Of every sample; measured when the first order is asked for.</param>
sealed class GroupedOrder(long samplesPerEpoch, int batchSize, bool crossesEpochs, long seed, Lazy<IReadOnlyList<SampleSize>> sizes)
{
    // Any other number than the seed of the samples' own shuffle would do.
    const long BatchSeedOffset = 0x5eed;
    const int EpochsKept = 2;

    readonly Lock _gate = new();
    readonly SortedDictionary<long, long[]> _epochs = [];

    /// <summary>The sample at a place of an epoch. Thread-safe.</summary>
    public long this[long epoch, long index] => OrderOf(epoch)[index];

    long[] OrderOf(long epoch)
    {
        lock (_gate)
        {
            if (_epochs.TryGetValue(epoch, out var known))
                return known;
            while (_epochs.Count >= EpochsKept)
                _epochs.Remove(_epochs.Keys.First());
            return _epochs[epoch] = Arrange(epoch);
        }
    }

    long[] Arrange(long epoch)
    {
        var shuffled = Shuffled(epoch);
        var (batches, rest) = (new List<long[]>(), new List<long>());
        foreach (var kind in new[] { shuffled.Where(sample => !sizes.Value[(int)sample].IsTextOnly), shuffled.Where(sample => sizes.Value[(int)sample].IsTextOnly) })
            foreach (var chunk in kind.Chunk(batchSize))
                if (chunk.Length == batchSize)
                    batches.Add(chunk);
                else
                    rest.AddRange(chunk);
        batches = Shuffled(batches, epoch);
        var (opening, wanted) = Opening(epoch);
        while (batches.Count > wanted)
        {
            rest.AddRange(batches[^1]);
            batches.RemoveAt(batches.Count - 1);
        }
        var closing = rest.Skip(opening).Chunk(batchSize);
        return [.. LongestFirst(rest.Take(opening)), .. batches.SelectMany(LongestFirst), .. closing.SelectMany(LongestFirst)];
    }

    // Samples that complete the batch begun at the end of the epoch before, and the whole batches that then fit.
    (int Opening, long Batches) Opening(long epoch)
    {
        var before = crossesEpochs ? (long)((Int128)epoch * samplesPerEpoch % batchSize) : 0;
        var opening = Math.Min((batchSize - before) % batchSize, samplesPerEpoch);
        return ((int)opening, (samplesPerEpoch - opening) / batchSize);
    }

    long[] Shuffled(long epoch)
    {
        var permutation = new Permutation(samplesPerEpoch, seed, epoch);
        var samples = new long[samplesPerEpoch];
        for (var index = 0L; index < samples.LongLength; index++)
            samples[index] = permutation[index] % sizes.Value.Count;
        return samples;
    }

    List<long[]> Shuffled(List<long[]> batches, long epoch)
    {
        if (batches.Count == 0)
            return batches;
        var permutation = new Permutation(batches.Count, seed + BatchSeedOffset, epoch);
        return [.. Enumerable.Range(0, batches.Count).Select(index => batches[(int)permutation[index]])];
    }

    IEnumerable<long> LongestFirst(IEnumerable<long> samples) => samples.OrderByDescending(sample => sizes.Value[(int)sample].Length);
}
