namespace Llava.H5Reading;

/// <summary>The chunk index of libver=latest for a dataset of fixed size: one block, in pages when it is large.</summary>
static class FixedArrayReader
{
    const int ChecksumBytes = 4;

    public static void Read(Hdf5File file, long address, ArrayElementReader element, ChunkTable table)
    {
        var header = file.Metadata(address, 28).Expect("FAHD").Skip(2);
        var (elementBytes, pageBits) = (header.U8(), header.U8());
        var (count, block) = (header.U64(), header.U64());
        if (block == Hdf5Format.UndefinedAddress)
            return;
        if (count < table.Count)
            throw file.Damaged($"the chunk index at {address} lists {count} of {table.Count} chunks");
        file.Metadata(block, 4).Expect("FADB");
        const int prefixBytes = 14;
        var perPage = 1L << pageBits;
        if (count <= perPage)
            ReadElements(file.Metadata(block + prefixBytes, checked((int)count * elementBytes)), 0, count);
        else
            ReadPages();

        void ReadPages()
        {
            var pages = (count + perPage - 1) / perPage;
            var bitmap = file.Metadata(block + prefixBytes, (int)((pages + 7) / 8)).Take((int)((pages + 7) / 8)).ToArray();
            var place = block + prefixBytes + bitmap.Length + ChecksumBytes;
            for (var page = 0L; page < pages; page++)
            {
                var first = page * perPage;
                var inPage = Math.Min(perPage, count - first);
                if ((bitmap[page / 8] & (0x80 >> (int)(page % 8))) != 0)
                    ReadElements(file.Metadata(place, (int)inPage * elementBytes), first, inPage);
                place += perPage * elementBytes + ChecksumBytes;
            }
        }

        void ReadElements(MetadataCursor bytes, long first, long number)
        {
            for (var chunk = first; chunk < Math.Min(first + number, table.Count); chunk++)
                table[chunk] = element.Read(bytes, elementBytes);
        }
    }
}
