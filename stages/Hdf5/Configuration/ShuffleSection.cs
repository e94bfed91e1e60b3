using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;

namespace Llava.Hdf5.Configuration;

/// <summary>Ours: one random order of all rows, in files <c>data-00000.h5</c> and on.</summary>
public sealed record ShuffleSection
{
    /// <summary>All of them are open at a time.</summary>
    public const int MostChunks = 100_000;

    public long Seed { get; init; }

    /// <summary>How many files; null: as few as hold <c>files_per_record</c> rows each.</summary>
    [Bounds(1, MostChunks)]
    public int? Chunks { get; init; }

    /// <param name="path">Of the configuration, for the error.</param>
    /// <exception cref="DiagnosticException">They are too many.</exception>
    internal int ChunksFor(long rows, int rowsPerFile, string path)
    {
        var chunks = Chunks ?? ((rows + rowsPerFile - 1) / rowsPerFile);
        return chunks <= MostChunks
            ? (int)chunks
            : throw ErrorCatalog.BadValue.Fails(path, $"{rows} rows are {chunks} shuffled files with processing.files_per_record {rowsPerFile}, more than {MostChunks}: raise it, or set shuffle.chunks");
    }
}
