namespace Llava.H5Reading;

/// <summary>Decodes the header messages of a dataset.</summary>
public static class DatasetHeader
{
    public static DatasetDescription Read(Hdf5File file, long address)
    {
        IReadOnlyList<long>? extents = null;
        var isNull = false;
        StoredElement? element = null;
        IReadOnlyList<StoredFilter> filters = [];
        StorageLayout? layout = null;
        foreach (var message in ObjectHeader.Read(file, address))
        {
            if (message is { IsShared: true, Type: Hdf5Message.Datatype or Hdf5Message.Dataspace or Hdf5Message.FilterPipeline })
                throw file.Unsupported("a dataset with a named datatype");
            switch (message.Type)
            {
                case Hdf5Message.Dataspace:
                    extents = ReadExtents(message.Body);
                    isNull = extents is null;
                    break;
                case Hdf5Message.ExternalFiles:
                    throw file.Unsupported("a dataset in files of its own");
                case Hdf5Message.Datatype:
                    element = ReadElement(message.Body);
                    break;
                case Hdf5Message.FilterPipeline:
                    filters = ReadFilters(message.Body);
                    break;
                case Hdf5Message.DataLayout:
                    layout = ReadLayout(file, message.Body);
                    break;
            }
        }
        if ((extents is null && !isNull) || element is null || layout is null)
            throw file.Damaged($"the dataset header at {address} is incomplete");
        return new DatasetDescription(extents ?? [], element, filters, layout) { IsNull = isNull };
    }

    /// <summary>Of each dimension; null for a dataspace without any element.</summary>
    internal static IReadOnlyList<long>? ReadExtents(MetadataCursor body)
    {
        const int nullSpace = 2;
        var (version, rank, _) = (body.U8(), body.U8(), body.U8());
        if (version != 1 && body.U8() == nullSpace)
            return null;
        body.Skip(version == 1 ? 5 : 0);
        return [.. Enumerable.Range(0, rank).Select(_ => body.U64())];
    }

    internal static StoredElement ReadElement(MetadataCursor body)
    {
        var (typeClass, bits) = (body.U8() & 0x0F, (uint)body.Unsigned(3));
        return new StoredElement(typeClass, bits, (int)body.U32());
    }

    static IReadOnlyList<StoredFilter> ReadFilters(MetadataCursor body)
    {
        var (version, count) = (body.U8(), body.U8());
        body.Skip(version == 1 ? 6 : 0);
        return [.. Enumerable.Range(0, count).Select(_ => ReadFilter(body, version))];
    }

    static StoredFilter ReadFilter(MetadataCursor body, int version)
    {
        var id = body.U16();
        var nameLength = version == 1 || id >= 256 ? body.U16() : 0;
        var valueCount = body.Skip(2).U16();
        body.Skip(version == 1 ? (nameLength + 7) / 8 * 8 : nameLength);
        var parameter = valueCount > 0 ? (int)body.U32() : 0;
        body.Skip(4 * Math.Max(0, valueCount - 1));
        body.Skip(version == 1 && valueCount % 2 == 1 ? 4 : 0);
        return new StoredFilter(id, parameter);
    }

    static StorageLayout ReadLayout(Hdf5File file, MetadataCursor body)
    {
        var (version, layoutClass) = (body.U8(), body.U8());
        return (version, layoutClass) switch
        {
            (3 or 4, 0) => new CompactLayout(body.Take(body.U16()).ToArray()),
            (3 or 4, 1) => new ContiguousLayout(body.U64()),
            (3, 2) => ReadChunkedVersion3(body),
            (4, 2) => ReadChunkedVersion4(file, body),
            _ => throw file.Unsupported($"data layout version {version}, class {layoutClass}"),
        };
    }

    static ChunkedLayout ReadChunkedVersion3(MetadataCursor body)
    {
        var (numbers, address) = (body.U8(), body.U64());
        return new ChunkedLayout([.. Enumerable.Range(0, numbers - 1).Select(_ => (int)body.U32())], ChunkIndexKind.BTreeVersion1, address);
    }

    static ChunkedLayout ReadChunkedVersion4(Hdf5File file, MetadataCursor body)
    {
        const int filteredSingleChunk = 0x02;
        var (flags, numbers, bytesPerNumber) = (body.U8(), body.U8(), body.U8());
        var chunkAndElement = Enumerable.Range(0, numbers).Select(_ => (int)body.Unsigned(bytesPerNumber)).ToArray();
        var kind = (ChunkIndexKind)body.U8();
        int? singleChunkBytes = null;
        switch (kind)
        {
            case ChunkIndexKind.SingleChunk when (flags & filteredSingleChunk) != 0:
                singleChunkBytes = (int)body.U64();
                body.Skip(4);
                break;
            case ChunkIndexKind.FixedArray:
                body.Skip(1);
                break;
            case ChunkIndexKind.ExtensibleArray:
                body.Skip(5);
                break;
            case ChunkIndexKind.BTreeVersion2:
                throw file.Unsupported("a dataset with two dimensions that can grow");
        }
        return new ChunkedLayout(chunkAndElement[..^1], kind, body.U64(), singleChunkBytes);
    }
}
