using System.Buffers.Binary;
using System.Text;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// A zip of stored entries of any size, streamed: data aligned to 64 bytes as torch does, no clock in it. Each header is patched
/// with the checksum once its data has gone by.
/// </summary>
sealed class StoredZipWriter(Stream stream)
{
    const int Alignment = 64, LocalLength = 30, Zip64Length = 20, FieldHeaderLength = 4;
    const ushort Version = 45, Date = 0x21; // zip64; 1 January 1980

    readonly List<(byte[] Name, long Offset, long Length, uint Crc)> _entries = [];

    public void Add(string name, ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        Add(name, copy.Length, destination => destination.Write(copy));
    }

    public void Add(string name, long length, Action<Stream> write)
    {
        var nameBytes = Encoding.UTF8.GetBytes(name);
        var offset = stream.Position;
        WriteLocalHeader(nameBytes, offset, length);
        var checksum = new ChecksumStream(stream);
        write(checksum);
        if (checksum.BytesWritten != length)
            throw new InvalidOperationException($"{name} was to be {length} bytes, but {checksum.BytesWritten} were written");
        var end = stream.Position;
        stream.Position = offset + 14;
        Span<byte> crc = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, checksum.Crc);
        stream.Write(crc);
        stream.Position = end;
        _entries.Add((nameBytes, offset, length, checksum.Crc));
    }

    public void Finish()
    {
        var start = stream.Position;
        foreach (var entry in _entries)
            WriteDirectoryEntry(entry.Name, entry.Offset, entry.Length, entry.Crc);
        WriteEnd(start, stream.Position - start);
    }

    void WriteLocalHeader(byte[] name, long offset, long length)
    {
        var unpadded = offset + LocalLength + name.Length + Zip64Length + FieldHeaderLength;
        var padding = (int)((Alignment - unpadded % Alignment) % Alignment);
        var header = new ZipRecord();
        header.U32(0x04034b50).U16(Version).U16(0x800).U16(0).U16(0).U16(Date).U32(0).U32(uint.MaxValue).U32(uint.MaxValue)
            .U16((ushort)name.Length).U16((ushort)(Zip64Length + FieldHeaderLength + padding)).Bytes(name)
            .U16(1).U16(16).U64(length).U64(length)
            .U16(0x4246).U16((ushort)padding).Bytes(new byte[padding]); // "FB", the field torch pads with
        header.WriteTo(stream);
    }

    void WriteDirectoryEntry(byte[] name, long offset, long length, uint crc)
    {
        var entry = new ZipRecord();
        entry.U32(0x02014b50).U16(Version).U16(Version).U16(0x800).U16(0).U16(0).U16(Date).U32(crc).U32(uint.MaxValue).U32(uint.MaxValue)
            .U16((ushort)name.Length).U16(28).U16(0).U16(0).U16(0).U32(0).U32(uint.MaxValue).Bytes(name)
            .U16(1).U16(24).U64(length).U64(length).U64(offset);
        entry.WriteTo(stream);
    }

    void WriteEnd(long start, long length)
    {
        var end64 = stream.Position;
        var record = new ZipRecord();
        record.U32(0x06064b50).U64(44).U16(Version).U16(Version).U32(0).U32(0).U64(_entries.Count).U64(_entries.Count).U64(length).U64(start)
            .U32(0x07064b50).U32(0).U64(end64).U32(1)
            .U32(0x06054b50).U16(0).U16(0).U16(ushort.MaxValue).U16(ushort.MaxValue).U32(uint.MaxValue).U32(uint.MaxValue).U16(0);
        record.WriteTo(stream);
    }
}
