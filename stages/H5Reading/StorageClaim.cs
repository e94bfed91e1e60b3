namespace Llava.H5Reading;

/// <summary>What a header says that a dataset holds, against what its file can stand for: a few damaged bytes must not make buffers of any size.</summary>
static class StorageClaim
{
    /// <returns>Bytes of all elements.</returns>
    public static long Check(Hdf5File file, DatasetDescription description)
    {
        var length = description.ByteLength ?? throw file.Damaged($"a dataset of ({string.Join(", ", description.Extents)}) elements of {description.Element.Bytes} bytes");
        Check(file, description, length, "a dataset");
        return length;
    }

    /// <summary>Values that were never written, or zeros under compression, could make a tensor of any size from a few bytes.</summary>
    public static void Check(Hdf5File file, DatasetDescription description, long claimed, string what)
    {
        var most = description.Filters.Aggregate((Int128)file.Length, (bytes, filter) => bytes * LargestExpansion(filter));
        if (claimed > most)
            throw file.Damaged($"{what} claims {claimed} bytes, but the file of {file.Length} bytes cannot hold more than {most}");
    }

    // As far as the formats go: deflate's longest match takes two bits, LZ4's lengths a byte for 255.
    static int LargestExpansion(StoredFilter filter) => filter.Id switch
    {
        Hdf5Format.DeflateFilter => 1032,
        Hdf5Format.Lz4Filter => 255,
        _ => 1,
    };
}
