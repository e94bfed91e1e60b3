using Llava.Contracts.Diagnostics;

namespace Llava.Data.Loading;

/// <summary>
/// Samples of several tables in the proportion of their weights, as ModelZoo's <c>Mixture</c> counts: an epoch is as long as it
/// takes to see each sample of every table above 5 % once; smaller tables repeat. A single table is a mixture of one.
/// </summary>
sealed class SampleMixture : IDisposable
{
    const double SmallestWeightThatCounts = 0.05;

    readonly IReadOnlyList<SampleTable> _tables;
    readonly long[] _ends;
    readonly long[]? _interleaved;

    SampleMixture(IReadOnlyList<SampleTable> tables, IReadOnlyList<double> weights, long? interleavingSeed)
    {
        _tables = tables;
        _ends = Ends(tables, weights);
        if (interleavingSeed is { } seed && tables.Count > 1)
            _interleaved = Interleave(seed);
    }

    public long Count => _ends[^1];

    public int MaxSequenceLength => _tables[0].MaxSequenceLength;

    /// <exception cref="DiagnosticException">A folder is missing or unusable, empty, or of another sequence length.</exception>
    public static SampleMixture Open(LlavaDataConfig config)
    {
        (IReadOnlyList<string> Folders, double Weight, string? Subset)[] parts = config.Mixture is null
            ? [(config.DataFolders, 1.0, config.DataSubset)]
            : [.. config.Mixture.Where(part => part.Weight > 0).Select(part => (part.DataFolders, part.Weight, part.DataSubset))];
        var tables = new List<SampleTable>();
        try
        {
            foreach (var part in parts)
            {
                tables.Add(SampleTable.Open(part.Folders, part.Subset));
                SampleTable.ThrowUnlessSame(config.MaxSequenceLength ?? tables[0].MaxSequenceLength, tables[^1].MaxSequenceLength, part.Folders[0]);
            }
            // Without shuffling, the tables still alternate, each in its own order.
            return new SampleMixture(tables, [.. parts.Select(part => part.Weight)], config.Shuffle ? null : config.ShuffleSeed);
        }
        catch
        {
            tables.ForEach(table => table.Dispose());
            throw;
        }
    }

    /// <inheritdoc cref="Hdf5.Hdf5SampleSet.Read"/>
    public string? Read(long index, Span<int> row)
    {
        if (_interleaved is not null)
            index = _interleaved[index];
        var table = TableOf(index);
        return _tables[table].Read((index - StartOf(table)) % _tables[table].Count, row);
    }

    public void Dispose()
    {
        foreach (var table in _tables)
            table.Dispose();
    }

    static long[] Ends(IReadOnlyList<SampleTable> tables, IReadOnlyList<double> weights)
    {
        var sum = weights.Sum();
        var shares = weights.Select(weight => weight / sum).ToArray();
        var smallest = shares.Any(share => share > SmallestWeightThatCounts) ? SmallestWeightThatCounts : 0;
        var total = tables.Zip(shares).Where(part => part.Second > smallest).Max(part => part.First.Count / part.Second);
        var ends = new long[tables.Count];
        for (var table = 0; table < ends.Length; table++)
            ends[table] = (table == 0 ? 0 : ends[table - 1]) + (long)(total * shares[table]);
        return ends;
    }

    long[] Interleave(long seed)
    {
        var permutation = new Permutation(Count, seed, epoch: 0);
        var next = Enumerable.Range(0, _tables.Count).Select(StartOf).ToArray();
        var order = new long[Count];
        for (var i = 0L; i < Count; i++)
            order[i] = next[TableOf(permutation[i])]++;
        return order;
    }

    long StartOf(int table) => table == 0 ? 0 : _ends[table - 1];

    int TableOf(long index)
    {
        var table = 0;
        while (index >= _ends[table])
            table++;
        return table;
    }
}
