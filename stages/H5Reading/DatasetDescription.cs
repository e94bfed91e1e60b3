namespace Llava.H5Reading;

/// <summary>What the header of a dataset says.</summary>
/// <param name="Extents">Of each dimension.</param>
/// <param name="Filters">In the order in which they were applied.</param>
public sealed record DatasetDescription(IReadOnlyList<long> Extents, StoredElement Element, IReadOnlyList<StoredFilter> Filters, StorageLayout Layout)
{
    /// <summary>It has a type and no elements at all, not even one: h5py's <c>Empty</c>.</summary>
    public bool IsNull { get; init; }

    /// <summary>Of all elements; null where the numbers make no sense.</summary>
    public long? ByteLength
    {
        get
        {
            Int128 bytes = Math.Max(0, Element.Bytes);
            foreach (var extent in Extents)
            {
                if (extent < 0 || (bytes *= extent) > long.MaxValue)
                    return null;
            }
            return (long)bytes;
        }
    }
}

/// <param name="Class">Of the format's type classes: 0 is fixed-point, 3 a string.</param>
/// <param name="Bits">The class's bit field: byte order and sign, or padding and character set.</param>
/// <param name="Bytes">Size of one element.</param>
public sealed record StoredElement(int Class, uint Bits, int Bytes)
{
    /// <summary>IEEE 754 of 2, 4 or 8 bytes, little-endian.</summary>
    public bool IsFloat => Class == 1 && (Bytes is 2 or 4 or 8) && (Bits & 0x41) == 0;

    /// <summary>A whole number, little-endian.</summary>
    public bool IsInteger => Class == 0 && (Bits & 0x01) == 0;

    public bool IsSigned => Class == 0 && (Bits & 0x08) != 0;

    /// <summary>h5py's truth values: an enumeration over bytes.</summary>
    public bool IsBoolean => Class == 8 && Bytes == 1;

    public bool IsInt32 => Class == 0 && Bytes == 4 && (Bits & 0x09) == 0x08;

    public bool IsFixedLengthText => Class == 3;
}

/// <param name="Parameter">First client value, 0 without one: the element size for the shuffle filter.</param>
public sealed record StoredFilter(int Id, int Parameter);

/// <summary>How the elements lie in the file.</summary>
public abstract record StorageLayout;

public sealed record ContiguousLayout(long Address) : StorageLayout;

public sealed record CompactLayout(byte[] Bytes) : StorageLayout;

/// <param name="Chunk">Extents of a chunk.</param>
/// <param name="Index">Kind of the structure at <paramref name="IndexAddress"/>.</param>
/// <param name="SingleChunkBytes">Stored size of the one chunk of a <see cref="ChunkIndexKind.SingleChunk"/>, null when it is unfiltered.</param>
public sealed record ChunkedLayout(IReadOnlyList<int> Chunk, ChunkIndexKind Index, long IndexAddress, int? SingleChunkBytes = null) : StorageLayout;

/// <summary>The kinds that a version 4 layout numbers from 1, and the B-tree of version 3 as 0.</summary>
public enum ChunkIndexKind
{
    BTreeVersion1,
    SingleChunk,
    Implicit,
    FixedArray,
    ExtensibleArray,
    BTreeVersion2,
}
