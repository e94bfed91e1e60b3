using Llava.Contracts.Configuration;

namespace Llava.Hdf5.Configuration;

/// <summary>Ours: one random order of all rows, in files <c>data-00000.h5</c> and on.</summary>
public sealed record ShuffleSection
{
    public long Seed { get; init; }

    /// <summary>How many files; null: as few as hold <c>files_per_record</c> rows each.</summary>
    [Bounds(1, 100_000)]
    public int? Chunks { get; init; }
}
