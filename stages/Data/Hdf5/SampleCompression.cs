using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Llava.Data.Hdf5;

/// <summary>The reference's <c>compression="gzip"</c>: a zlib stream at h5py's default level for each row.</summary>
public static class SampleCompression
{
    public const int Level = 4;

    /// <summary>Stored form of one row of int32 values, ready for <see cref="Hdf5SampleWriter.AppendCompressed"/>. Thread-safe.</summary>
    public static byte[] Compress(ReadOnlySpan<int> row) => Compress(MemoryMarshal.AsBytes(row));

    internal static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var stored = new MemoryStream(1024);
        using (var zlib = new ZLibStream(stored, new ZLibCompressionOptions { CompressionLevel = Level }, leaveOpen: true))
            zlib.Write(bytes);
        return stored.ToArray();
    }
}
