using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using Microsoft.Win32.SafeHandles;
using Parquet.Meta;

namespace Llava.Preprocess.Parquet.Pages;

/// <summary>
/// A column of byte strings read value by value, where a library would hold the row group: one value is in memory, whatever the size of pages
/// and row groups. Values may be absent, and may lie inside lists.
/// </summary>
sealed class BinaryColumn(SafeFileHandle file, ColumnMetaData chunk, ColumnLevels levels, string scratchPath)
{
    /// <summary>Parquet's <c>Encoding</c>.</summary>
    const int Plain = 0, PlainDictionary = 2, RunLengthDictionary = 8;

    /// <summary>One entry for each row or, inside of lists, for each element of the innermost list; null where the value is absent.</summary>
    /// <exception cref="InvalidDataException">The column is damaged, or in an encoding or compression that is not read here.</exception>
    public IEnumerable<byte[]?> Read()
    {
        var start = chunk.DictionaryPageOffset is > 0 and var offset && offset < chunk.DataPageOffset ? offset : chunk.DataPageOffset;
        using var stream = new ColumnChunkStream(file, start, chunk.TotalCompressedSize);
        BinaryDictionary? dictionary = null;
        try
        {
            for (var left = chunk.NumValues; left > 0;)
            {
                var header = PageHeader.Read(stream);
                var page = new PageStream(stream, header.CompressedBytes);
                if (header.Kind == PageKind.Dictionary)
                    dictionary = BinaryDictionary.Read(Decompress(page, header), header, scratchPath);
                if (header.Kind is PageKind.Data or PageKind.Data2)
                {
                    foreach (var value in ReadPage(page, header, dictionary))
                        yield return value;
                    left -= header.Values > 0 ? header.Values : throw new InvalidDataException("a page without values");
                }
                page.SkipRest();
            }
        }
        finally
        {
            dictionary?.Dispose();
        }
    }

    IEnumerable<byte[]?> ReadPage(PageStream page, PageHeader header, BinaryDictionary? dictionary)
    {
        if (header.Values > chunk.NumValues)
            throw new InvalidDataException("a page has more values than its column");
        Stream values;
        byte[] definitions;
        if (header.Kind == PageKind.Data2)
        {
            new PageStream(page, header.RepetitionBytes).SkipRest();
            definitions = Definitions(new PageStream(page, header.LevelBytes), header.Values);
            values = header.IsCompressed ? Decompress(page, header) : page;
        }
        else
        {
            values = Decompress(page, header);
            if (levels.MaximumRepetition > 0)
                Levels(values).SkipRest();
            definitions = Definitions(levels.MaximumDefinition > 0 ? Levels(values) : null, header.Values);
        }
        var places = header.Encoding switch
        {
            Plain => null,
            PlainDictionary or RunLengthDictionary when dictionary is not null => new RunLengthReader(values, BitWidthOf(values, definitions)),
            _ => throw new InvalidDataException($"the encoding {(Encoding)header.Encoding} is not read for pictures"),
        };
        foreach (var definition in definitions)
        {
            if (definition == levels.MaximumDefinition)
                yield return places is null ? ReadPlain(values) : dictionary![places.Next()];
            else if (definition >= levels.SlotDefinition)
                yield return null;
        }
    }

    // A page of nothing but absent values may end here.
    int BitWidthOf(Stream values, byte[] definitions) => !definitions.AsSpan().Contains((byte)levels.MaximumDefinition) ? 0 : values.ReadByte() is >= 0 and <= 32 and var width ? width : throw new InvalidDataException("places in a dictionary have no width");

    byte[] Definitions(PageStream? encoded, int count)
    {
        var definitions = new byte[count];
        if (encoded is null)
            return definitions;
        var reader = new RunLengthReader(encoded, BitOperations.Log2((uint)levels.MaximumDefinition) + 1);
        for (var place = 0; place < count; place++)
            definitions[place] = (byte)reader.Next();
        encoded.SkipRest();
        return definitions;
    }

    static PageStream Levels(Stream values)
    {
        Span<byte> length = stackalloc byte[4];
        values.ReadExactly(length);
        return new PageStream(values, BinaryPrimitives.ReadUInt32LittleEndian(length));
    }

    static byte[] ReadPlain(Stream values)
    {
        // Zeroing half a megabyte for each picture costs as much as reading it.
        var value = GC.AllocateUninitializedArray<byte>(BinaryValues.ReadLength(values));
        values.ReadExactly(value);
        return value;
    }

    Stream Decompress(PageStream page, PageHeader header) => chunk.Codec switch
    {
        CompressionCodec.UNCOMPRESSED => page,
        _ when header.CompressedBytes == 0 => page,
        CompressionCodec.SNAPPY => new SnappyStream(page),
        CompressionCodec.GZIP => new GZipStream(page, CompressionMode.Decompress, leaveOpen: true),
        CompressionCodec.ZSTD => new ZstdSharp.DecompressionStream(page),
        var other => throw new InvalidDataException($"the compression {other} is not read for pictures"),
    };
}
