namespace Llava.H5Reading;

/// <summary>One element of a fixed or extensible array: an address, and for filtered chunks the stored size and filter mask.</summary>
sealed record ArrayElementReader(bool IsFiltered, int ChunkBytes)
{
    public StoredChunk Read(MetadataCursor bytes, int elementBytes)
    {
        var address = bytes.U64();
        if (!IsFiltered)
            return new StoredChunk(address, ChunkBytes, 0);
        var storedBytes = (int)bytes.Unsigned(elementBytes - 12);
        return new StoredChunk(address, storedBytes, bytes.U32());
    }
}
