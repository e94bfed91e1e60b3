using System.Buffers.Binary;

namespace Llava.Preprocess.Parquet.Pages;

/// <summary>
/// The values of a dictionary page. Writers that cut pages by rows put hundreds of megabytes of pictures into one: a large one is kept in
/// a scratch file, which nobody else sees.
/// </summary>
sealed class BinaryDictionary : IDisposable
{
    const long LargestInMemory = 16 << 20;

    readonly List<(long Start, int Length)> _values = [];
    readonly Stream _storage;

    BinaryDictionary(Stream storage) => _storage = storage;

    public byte[] this[uint place]
    {
        get
        {
            if (place >= _values.Count)
                throw new InvalidDataException("a value is not in its dictionary");
            var (start, length) = _values[(int)place];
            var value = new byte[length];
            _storage.Position = start;
            _storage.ReadExactly(value);
            return value;
        }
    }

    public static BinaryDictionary Read(Stream page, PageHeader header, string scratchPath)
    {
        var dictionary = new BinaryDictionary(header.UncompressedBytes <= LargestInMemory
            ? new MemoryStream()
            : new FileStream(scratchPath, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose));
        var buffer = new byte[1 << 16];
        for (var number = 0; number < header.Values; number++)
        {
            var length = BinaryValues.ReadLength(page);
            dictionary._values.Add((dictionary._storage.Position, length));
            for (var left = length; left > 0;)
            {
                var part = buffer.AsSpan(0, Math.Min(left, buffer.Length));
                page.ReadExactly(part);
                dictionary._storage.Write(part);
                left -= part.Length;
            }
        }
        return dictionary;
    }

    public void Dispose() => _storage.Dispose();
}

static class BinaryValues
{
    const int LongestValueBytes = 256 << 20;

    /// <summary>A plain value's length, which stands before it.</summary>
    public static int ReadLength(Stream page)
    {
        Span<byte> number = stackalloc byte[4];
        page.ReadExactly(number);
        return BinaryPrimitives.ReadInt32LittleEndian(number) is >= 0 and <= LongestValueBytes and var length ? length : throw new InvalidDataException($"a value is longer than {LongestValueBytes >> 20} MiB");
    }
}
