using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Data.Hdf5;

namespace Llava.Data.Loading;

/// <summary>The samples of one <c>data_dir</c>, or of one part of a mixture: folders one after the other, and of these a subset. Thread-safe.</summary>
sealed class SampleTable : IDisposable
{
    readonly IReadOnlyList<Hdf5SampleSet> _sets;
    readonly DataSubset _subset;

    SampleTable(IReadOnlyList<Hdf5SampleSet> sets, string? subset)
    {
        _sets = sets;
        _subset = new DataSubset(subset, sets.Sum(set => set.Count));
    }

    public long Count => _subset.Count;

    public int MaxSequenceLength => _sets[0].MaxSequenceLength;

    /// <exception cref="DiagnosticException">A folder is missing or unusable, or there is no sample.</exception>
    public static SampleTable Open(IReadOnlyList<string> folders, string? subset)
    {
        var sets = new List<Hdf5SampleSet>();
        try
        {
            foreach (var folder in folders.Order(StringComparer.Ordinal))
            {
                sets.Add(Hdf5SampleSet.Open(folder));
                ThrowUnlessSame(sets[0].MaxSequenceLength, sets[^1].MaxSequenceLength, folder);
            }
            var table = new SampleTable(sets, subset);
            return table.Count > 0 ? table : throw ErrorCatalog.NothingToLoad.Fails(folders[0], "there are no samples here");
        }
        catch
        {
            sets.ForEach(set => set.Dispose());
            throw;
        }
    }

    public static void ThrowUnlessSame(int expected, int actual, string folder)
    {
        if (expected != actual)
            throw ErrorCatalog.SequenceLengthsDiffer.Fails(folder, string.Create(CultureInfo.InvariantCulture, $"max_seq_length is {actual} here, but {expected} elsewhere"));
    }

    /// <inheritdoc cref="Hdf5SampleSet.Read"/>
    public string? Read(long index, Span<int> row)
    {
        index = _subset.Map(index);
        foreach (var set in _sets)
        {
            if (index < set.Count)
                return set.Read(index, row);
            index -= set.Count;
        }
        throw new ArgumentOutOfRangeException(nameof(index));
    }

    public void Dispose()
    {
        foreach (var set in _sets)
            set.Dispose();
    }
}
