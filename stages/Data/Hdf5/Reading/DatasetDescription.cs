namespace Llava.Data.Hdf5.Reading;

/// <summary>What the header of a dataset says.</summary>
/// <param name="Extents">Of each dimension.</param>
/// <param name="Filters">In the order in which they were applied.</param>
sealed record DatasetDescription(IReadOnlyList<long> Extents, ElementType Element, IReadOnlyList<StoredFilter> Filters, StorageLayout Layout);

/// <param name="Class">Of the format's type classes: 0 is fixed-point, 3 a string.</param>
/// <param name="Bits">The class's bit field: byte order and sign, or padding and character set.</param>
/// <param name="Bytes">Size of one element.</param>
sealed record ElementType(int Class, uint Bits, int Bytes)
{
    public bool IsInt32 => Class == 0 && Bytes == 4 && (Bits & 0x09) == 0x08;

    public bool IsFixedLengthText => Class == 3;
}

/// <param name="Parameter">First client value, 0 without one: the element size for the shuffle filter.</param>
sealed record StoredFilter(int Id, int Parameter);

/// <summary>How the elements lie in the file.</summary>
abstract record StorageLayout;

sealed record ContiguousLayout(long Address) : StorageLayout;

sealed record CompactLayout(byte[] Bytes) : StorageLayout;

/// <param name="Chunk">Extents of a chunk.</param>
/// <param name="Index">Kind of the structure at <paramref name="IndexAddress"/>.</param>
/// <param name="SingleChunkBytes">Stored size of the one chunk of a <see cref="ChunkIndexKind.SingleChunk"/>, null when it is unfiltered.</param>
sealed record ChunkedLayout(IReadOnlyList<int> Chunk, ChunkIndexKind Index, long IndexAddress, int? SingleChunkBytes = null) : StorageLayout;

/// <summary>The kinds that a version 4 layout numbers from 1, and the B-tree of version 3 as 0.</summary>
enum ChunkIndexKind
{
    BTreeVersion1,
    SingleChunk,
    Implicit,
    FixedArray,
    ExtensibleArray,
    BTreeVersion2,
}
