namespace Llava.H5Reading;

/// <summary>How chunks tile a dataset; they are numbered in row-major order, as every index but the B-tree numbers them.</summary>
sealed class ChunkGrid
{
    readonly long[] _counts;

    public ChunkGrid(IReadOnlyList<long> extents, IReadOnlyList<int> chunk, int elementBytes)
    {
        Chunk = chunk;
        _counts = [.. extents.Select((extent, dimension) => (extent + chunk[dimension] - 1) / chunk[dimension])];
        ChunkBytes = checked((int)chunk.Aggregate((long)elementBytes, (product, extent) => product * extent));
        ChunkCount = _counts.Aggregate(1L, (product, count) => product * count);
    }

    public IReadOnlyList<int> Chunk { get; }

    /// <summary>Of a chunk as it is in memory.</summary>
    public int ChunkBytes { get; }

    public long ChunkCount { get; }

    /// <summary>Number of the chunk that begins at <paramref name="offsets"/>; null when it lies outside.</summary>
    public long? NumberOf(ReadOnlySpan<long> offsets)
    {
        var number = 0L;
        for (var dimension = 0; dimension < _counts.Length; dimension++)
        {
            var place = offsets[dimension] / Chunk[dimension];
            if (place < 0 || place >= _counts[dimension])
                return null;
            number = number * _counts[dimension] + place;
        }
        return number;
    }
}
