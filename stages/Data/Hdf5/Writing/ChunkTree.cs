using Llava.H5Reading;

namespace Llava.Data.Hdf5.Writing;

/// <summary>
/// Builds the version 1 B-tree that finds chunks by their place: all chunks are known, so its nodes are written full,
/// level by level from the leaves up. Chunks divide the first dimension only.
/// </summary>
/// <param name="extents">Of the dataset, and the size of an element as its last number.</param>
/// <param name="rowsPerChunk">Extent of a chunk along the first dimension.</param>
sealed class ChunkTree(IReadOnlyList<long> extents, int rowsPerChunk)
{
    const int MaximumChildren = 2 * Hdf5Format.ChunkNodeK;

    int KeyBytes => 8 + 8 * extents.Count;

    int NodeBytes => 24 + MaximumChildren * (KeyBytes + 8) + KeyBytes;

    /// <summary>Appends the nodes to <paramref name="stream"/>, which stands at its end. Returns the root's address, undefined without chunks.</summary>
    public long Write(Stream stream, IReadOnlyList<ChunkLocation> chunks)
    {
        if (chunks.Count == 0)
            return Hdf5Format.UndefinedAddress;
        var children = chunks.Select(chunk => chunk.Address).ToArray();
        var firstChunks = Enumerable.Range(0, chunks.Count).ToArray();
        for (byte level = 0; ; level++)
        {
            (children, firstChunks) = WriteLevel(stream, level, children, firstChunks, chunks);
            if (children.Length == 1)
                return children[0];
        }
    }

    (long[] Nodes, int[] FirstChunks) WriteLevel(Stream stream, byte level, long[] children, int[] firstChunks, IReadOnlyList<ChunkLocation> chunks)
    {
        var nodeCount = (children.Length + MaximumChildren - 1) / MaximumChildren;
        var start = stream.Position;
        var nodes = Enumerable.Range(0, nodeCount).Select(node => start + (long)node * NodeBytes).ToArray();
        for (var node = 0; node < nodeCount; node++)
        {
            var first = node * MaximumChildren;
            var count = Math.Min(MaximumChildren, children.Length - first);
            var bytes = new LittleEndianBuffer().U8("TREE"u8).U8(1, level).U16(count)
                .U64(node == 0 ? Hdf5Format.UndefinedAddress : nodes[node - 1])
                .U64(node == nodeCount - 1 ? Hdf5Format.UndefinedAddress : nodes[node + 1]);
            for (var child = first; child < first + count; child++)
            {
                WriteKey(bytes, firstChunks[child], chunks);
                bytes.U64(children[child]);
            }
            var next = first + count;
            WriteKey(bytes, next < children.Length ? firstChunks[next] : chunks.Count, chunks);
            stream.Write(bytes.PadTo(NodeBytes).Bytes);
        }
        return (nodes, [.. Enumerable.Range(0, nodeCount).Select(node => firstChunks[node * MaximumChildren])]);
    }

    // The key after the last chunk lies beyond the dataset in every dimension.
    void WriteKey(LittleEndianBuffer bytes, int chunk, IReadOnlyList<ChunkLocation> chunks)
    {
        var isEnd = chunk == chunks.Count;
        bytes.U32(isEnd ? 0 : (uint)chunks[chunk].StoredBytes).U32(0).U64((long)chunk * rowsPerChunk);
        foreach (var extent in extents.Skip(1))
            bytes.U64(isEnd ? extent : 0);
    }
}
