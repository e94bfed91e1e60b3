namespace Llava.H5Reading;

/// <summary>The version 1 B-tree of chunks that files of libver=earliest have.</summary>
static class ChunkTreeReader
{
    const int MaximumDepth = 32;

    public static void Read(Hdf5File file, long address, ChunkGrid grid, ChunkTable table, int depth = 0)
    {
        if (depth > MaximumDepth)
            throw file.Damaged("the chunk index leads back to itself");
        var header = file.Metadata(address, 24).Expect("TREE");
        if (header.U8() != 1)
            throw file.Damaged($"the chunk index at {address} is of another kind");
        var (level, children) = (header.U8(), header.U16());
        var rank = grid.Chunk.Count;
        var entries = file.Metadata(address + 24, children * (24 + 8 * rank));
        var offsets = new long[rank];
        for (var child = 0; child < children; child++)
        {
            var (storedBytes, filterMask) = ((int)entries.U32(), entries.U32());
            for (var dimension = 0; dimension < rank; dimension++)
                offsets[dimension] = entries.U64();
            var childAddress = entries.Skip(8).U64();
            if (level > 0)
                Read(file, childAddress, grid, table, depth + 1);
            else if (grid.NumberOf(offsets) is { } number)
                table[number] = new StoredChunk(childAddress, storedBytes, filterMask);
        }
    }
}
