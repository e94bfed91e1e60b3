using System.Buffers.Binary;
using System.Text;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// The central directory of a zip (PKWARE APPNOTE 4.3, zip64 included), for the places of its entries: <c>ZipArchive</c> gives
/// streams, not offsets. Entries must be stored, as torch writes them.
/// </summary>
sealed class ZipDirectory
{
    const uint EndSignature = 0x06054b50, End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;
    const uint EntrySignature = 0x02014b50, LocalSignature = 0x04034b50;
    const int EndLength = 22, Locator64Length = 20, End64Length = 56, EntryLength = 46, LocalLength = 30;
    const int MaximumCommentLength = 65535;

    readonly FileRegion _file;

    ZipDirectory(FileRegion file) => _file = file;

    public static IReadOnlyDictionary<string, ZipEntry> Read(FileRegion file)
    {
        var directory = new ZipDirectory(file);
        var (offset, length) = directory.FindDirectory();
        return directory.ReadEntries(file.ReadArray(offset, length));
    }

    (long Offset, int Length) FindDirectory()
    {
        var tailLength = (int)Math.Min(_file.Length, EndLength + MaximumCommentLength);
        var tail = _file.ReadArray(_file.Length - tailLength, tailLength);
        var end = tailLength - EndLength;
        while (end >= 0 && BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end)) != EndSignature)
            end--;
        if (end < 0)
            throw Bad("the zip has no end record: the file is cut short");
        long length = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 12));
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (length == uint.MaxValue || offset == uint.MaxValue || BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10)) == ushort.MaxValue)
            (offset, length) = FindDirectory64(_file.Length - tailLength + end);
        CheckInside(offset, length, "the zip's directory");
        if (length > Array.MaxLength)
            throw Bad($"the zip's directory claims {length} bytes");
        return (offset, (int)length);
    }

    (long Offset, long Length) FindDirectory64(long endRecord)
    {
        if (endRecord < Locator64Length)
            throw Bad("the zip64 locator is missing");
        var locator = _file.ReadArray(endRecord - Locator64Length, Locator64Length);
        var place = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != Locator64Signature)
            throw Bad("the zip64 locator is missing");
        CheckInside(place, End64Length, "the zip64 end record");
        var end = _file.ReadArray(place, End64Length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != End64Signature)
            throw Bad("the zip64 end record is missing");
        return (BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(48)), BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(40)));
    }

    Dictionary<string, ZipEntry> ReadEntries(byte[] directory)
    {
        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        for (var at = 0; at < directory.Length;)
        {
            var header = directory.AsSpan(at);
            if (header.Length < EntryLength || BinaryPrimitives.ReadUInt32LittleEndian(header) != EntrySignature)
                throw Bad("the zip's directory is damaged");
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
            var total = EntryLength + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
            if (header.Length < total)
                throw Bad("the zip's directory is damaged");
            var entry = ReadEntry(header, Encoding.UTF8.GetString(header.Slice(EntryLength, nameLength)), header.Slice(EntryLength + nameLength, extraLength));
            if (!entries.TryAdd(entry.Name, entry))
                throw Bad($"the zip holds {entry.Name} twice");
            at += total;
        }
        return entries;
    }

    ZipEntry ReadEntry(ReadOnlySpan<byte> header, string name, ReadOnlySpan<byte> extra)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[10..]) != 0)
            throw ErrorCatalog.UnsupportedContainer.Fails(_file.Path, $"{name} is compressed; torch.save writes its entries stored");
        long stored = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        long local = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        ApplyZip64(extra, ref length, ref stored, ref local);
        if (stored != length)
            throw Bad($"{name}: stored size {stored}, but length {length}");
        CheckInside(local, LocalLength, name);
        var localHeader = _file.ReadArray(local, LocalLength);
        if (BinaryPrimitives.ReadUInt32LittleEndian(localHeader) != LocalSignature)
            throw Bad($"{name} has no local header");
        var data = local + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(localHeader.AsSpan(26)) + BinaryPrimitives.ReadUInt16LittleEndian(localHeader.AsSpan(28));
        CheckInside(data, length, name);
        return new ZipEntry(name, data, length);
    }

    // The zip64 field holds, in this order, only those of the values that are 0xffffffff in the header.
    static void ApplyZip64(ReadOnlySpan<byte> extra, ref long length, ref long stored, ref long local)
    {
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            extra = extra[4..];
            if (size > extra.Length)
                return;
            if (id == 1)
            {
                var field = extra[..size];
                Replace(ref length, ref field);
                Replace(ref stored, ref field);
                Replace(ref local, ref field);
                return;
            }
            extra = extra[size..];
        }
    }

    static void Replace(ref long value, ref ReadOnlySpan<byte> field)
    {
        if (value != uint.MaxValue || field.Length < 8)
            return;
        value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
    }

    void CheckInside(long offset, long length, string what)
    {
        if (offset < 0 || length < 0 || offset > _file.Length || length > _file.Length - offset)
            throw Bad($"{what} reaches beyond the end of the file");
    }

    DiagnosticException Bad(string message) => ErrorCatalog.BadCheckpointFile.Fails(_file.Path, message);
}
