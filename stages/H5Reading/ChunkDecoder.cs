using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Llava.H5Reading;

/// <summary>Undoes the filters of a chunk: gzip, LZ4, byte shuffle, Fletcher-32 (checked). Thread-safe.</summary>
sealed class ChunkDecoder
{
    readonly Hdf5File _file;
    readonly IReadOnlyList<StoredFilter> _filters;

    public ChunkDecoder(Hdf5File file, IReadOnlyList<StoredFilter> filters)
    {
        (_file, _filters) = (file, filters);
        foreach (var filter in filters.Where(filter => filter.Id is not (Hdf5Format.DeflateFilter or Hdf5Format.Lz4Filter or Hdf5Format.ShuffleFilter or Hdf5Format.Fletcher32Filter)))
            throw file.Unsupported($"filter {filter.Id} (only gzip, LZ4, shuffle and fletcher32 are read)");
    }

    /// <summary>Whether stored bytes can be moved to another file of ours as they are.</summary>
    public bool IsPlainDeflate => _filters is [{ Id: Hdf5Format.DeflateFilter }];

    /// <param name="chunk">All of the chunk's bytes in memory.</param>
    public void Read(StoredChunk stored, Span<byte> chunk)
    {
        if (!stored.IsStored)
        {
            chunk.Clear();
            return;
        }
        if (_filters.Count == 0)
        {
            _file.Read(stored.Address, chunk);
            return;
        }
        CheckSize(stored);
        var bytes = ArrayPool<byte>.Shared.Rent(stored.StoredBytes);
        try
        {
            _file.Read(stored.Address, bytes.AsSpan(0, stored.StoredBytes));
            Decode(bytes, stored, chunk);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>The chunk's bytes as the file has them.</summary>
    public byte[] ReadStored(StoredChunk stored)
    {
        CheckSize(stored);
        var bytes = new byte[stored.StoredBytes];
        _file.Read(stored.Address, bytes);
        return bytes;
    }

    void CheckSize(StoredChunk stored)
    {
        if (stored.StoredBytes < 0 || stored.StoredBytes > _file.Length)
            throw _file.Damaged($"the chunk at {stored.Address} claims {stored.StoredBytes} bytes");
    }

    void Decode(byte[] bytes, StoredChunk stored, Span<byte> chunk)
    {
        var length = stored.StoredBytes;
        for (var i = _filters.Count - 1; i >= 0; i--)
        {
            if ((stored.FilterMask >> i & 1) != 0)
                continue;
            if (_filters[i].Id is Hdf5Format.DeflateFilter or Hdf5Format.Lz4Filter && i == 0)
            {
                Decompress(_filters[i].Id, bytes, length, stored.Address, chunk);
                return;
            }
            (bytes, length) = Undo(_filters[i], bytes, length, stored.Address, chunk.Length);
        }
        if (length != chunk.Length)
            throw _file.Damaged($"the chunk at {stored.Address} has {length} bytes, not {chunk.Length}");
        bytes.AsSpan(0, length).CopyTo(chunk);
    }

    (byte[] Bytes, int Length) Undo(StoredFilter filter, byte[] bytes, int length, long address, int chunkBytes)
    {
        switch (filter.Id)
        {
            case Hdf5Format.Fletcher32Filter when length < 4:
            case Hdf5Format.ShuffleFilter when filter.Parameter < 1:
                throw _file.Damaged($"filter {filter.Id} cannot be undone for the chunk at {address}");
            case Hdf5Format.Fletcher32Filter:
                CheckFletcher32(bytes.AsSpan(0, length), address);
                return (bytes, length - 4);
            case Hdf5Format.ShuffleFilter:
                return (Unshuffle(bytes.AsSpan(0, length), filter.Parameter), length);
            default:
                // A checksum made before gzip lies inside of it.
                var hasInnerChecksum = _filters[0].Id == Hdf5Format.Fletcher32Filter || _filters.Count > 2 && _filters[1].Id == Hdf5Format.Fletcher32Filter && filter == _filters[2];
                var inflated = new byte[chunkBytes + (hasInnerChecksum ? 4 : 0)];
                Decompress(filter.Id, bytes, length, address, inflated);
                return (inflated, inflated.Length);
        }
    }

    void Decompress(int filter, byte[] stored, int length, long address, Span<byte> bytes)
    {
        if (filter == Hdf5Format.DeflateFilter)
            Inflate(stored, length, address, bytes);
        else if (!Lz4Filter.TryDecode(stored.AsSpan(0, length), bytes))
            throw _file.Damaged($"the chunk at {address} cannot be decompressed");
    }

    void Inflate(byte[] stored, int length, long address, Span<byte> bytes)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(stored, 0, length), CompressionMode.Decompress);
            zlib.ReadExactly(bytes);
            // Reading to the very end makes zlib compare its checksum.
            if (zlib.ReadByte() >= 0)
                throw _file.Damaged($"the chunk at {address} is longer than {bytes.Length} bytes");
        }
        // The second is its end, and zlib's own word where it asks for a dictionary.
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw _file.Damaged($"the chunk at {address} cannot be decompressed");
        }
    }

    static byte[] Unshuffle(ReadOnlySpan<byte> bytes, int elementBytes)
    {
        var result = bytes.ToArray();
        var elements = bytes.Length / elementBytes;
        for (var part = 0; part < elementBytes; part++)
        {
            for (var element = 0; element < elements; element++)
                result[element * elementBytes + part] = bytes[part * elements + element];
        }
        return result;
    }

    void CheckFletcher32(ReadOnlySpan<byte> bytes, long address)
    {
        uint first = 0, second = 0;
        for (var i = 0; i + 1 < bytes.Length - 4; i += 2)
        {
            first = (first + (uint)(bytes[i] << 8 | bytes[i + 1])) % 65535;
            second = (second + first) % 65535;
        }
        if ((bytes.Length & 1) != 0)
        {
            first = (first + (uint)(bytes[^5] << 8)) % 65535;
            second = (second + first) % 65535;
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != (second << 16 | first))
            throw _file.Damaged($"the checksum of the chunk at {address} differs");
    }
}
