using System.IO.Compression;
using Llava.Data.Hdf5.Compression;

namespace Llava.Data.Hdf5;

/// <summary>The reference's <c>compression="gzip"</c>: a zlib stream for each row.</summary>
public static class SampleCompression
{
    /// <summary>h5py's default, as the files say; readers do not depend on it.</summary>
    public const int Level = 4;

    /// <summary>Stored form of one row of int32 values, ready for <see cref="Hdf5SampleWriter.AppendCompressed"/>. Thread-safe.</summary>
    public static byte[] Compress(ReadOnlySpan<int> row) => RowDeflater.Current.Deflate(row).ToArray();

    internal static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var stored = new MemoryStream(1024);
        using (var zlib = new ZLibStream(stored, new ZLibCompressionOptions { CompressionLevel = Level }, leaveOpen: true))
            zlib.Write(bytes);
        return stored.ToArray();
    }
}
