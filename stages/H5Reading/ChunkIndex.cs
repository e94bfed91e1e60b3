namespace Llava.H5Reading;

/// <summary>Decodes whichever chunk index a dataset has into a <see cref="ChunkTable"/>.</summary>
static class ChunkIndex
{
    public static ChunkTable Read(Hdf5File file, ChunkedLayout layout, ChunkGrid grid, bool isFiltered)
    {
        // Every index has 8 bytes or more for a chunk.
        if (grid.ChunkCount > 1 + file.Length / 8)
            throw file.Damaged($"a dataset claims {grid.ChunkCount} chunks, more than the file could list");
        var table = new ChunkTable(grid.ChunkCount);
        if (layout.IndexAddress == Hdf5Format.UndefinedAddress || grid.ChunkCount == 0)
            return table;
        switch (layout.Index)
        {
            case ChunkIndexKind.BTreeVersion1:
                ChunkTreeReader.Read(file, layout.IndexAddress, grid, table);
                break;
            case ChunkIndexKind.SingleChunk:
                table[0] = new StoredChunk(layout.IndexAddress, layout.SingleChunkBytes ?? grid.ChunkBytes, 0);
                break;
            case ChunkIndexKind.Implicit:
                for (var chunk = 0L; chunk < grid.ChunkCount; chunk++)
                    table[chunk] = new StoredChunk(layout.IndexAddress + chunk * grid.ChunkBytes, grid.ChunkBytes, 0);
                break;
            case ChunkIndexKind.FixedArray:
                FixedArrayReader.Read(file, layout.IndexAddress, new ArrayElementReader(isFiltered, grid.ChunkBytes), table);
                break;
            case ChunkIndexKind.ExtensibleArray:
                ExtensibleArrayReader.Read(file, layout.IndexAddress, new ArrayElementReader(isFiltered, grid.ChunkBytes), table);
                break;
            default:
                throw file.Unsupported($"chunk index {layout.Index}");
        }
        return table;
    }
}
